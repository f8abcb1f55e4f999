// Replies as elements. Words of people and of the bot only ever become text nodes.

const HOTLINES = /(?<![0-9])(?:110|119|120|122|12348|12345|12338|12355|12333|12315|12309|12368|12356|12366|12328|12331|12378|96110)(?![0-9])/g;

function element(tag, className, words) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  if (words !== undefined) made.append(...withNumbers(words));
  return made;
}

// Text with the public hotlines as links that a telephone dials.
function withNumbers(words) {
  const pieces = [];
  let done = 0;
  for (const found of words.matchAll(HOTLINES)) {
    const link = document.createElement("a");
    link.href = `tel:${found[0]}`;
    link.textContent = found[0];
    pieces.push(words.slice(done, found.index), link);
    done = found.index + found[0].length;
  }
  return [...pieces, words.slice(done)];
}

export function renderWords(words) {
  const made = document.createElement("p");
  made.className = "turn citizen";
  made.textContent = words;
  return made;
}

const AUTHORS = { person: "工作人员", system: "" };

// What a person of the service said, or what the service says of the case.
export function renderPerson(message) {
  const made = element("article", `turn ${message.author}`);
  const at = new Date(message.at * 1000).toLocaleString("zh-CN", { month: "numeric", day: "numeric", hour: "2-digit", minute: "2-digit" });
  made.append(element("p", "who", `${AUTHORS[message.author]} ${at}`.trim()), renderText(message.text));
  return made;
}

// What stands in the place of a reply that did not come.
export function renderFault(words) {
  return element("p", "turn bot fault", words);
}

// Paragraphs and lists of the small Markdown that guidance uses.
export function renderText(words) {
  const made = document.createDocumentFragment();
  let list = null;
  for (const line of words.split("\n")) {
    const item = line.match(/^\s*(\d+\.|[-*])\s+(.*)$/);
    if (!item) {
      list = null;
      if (line.trim()) made.append(element("p", "", line));
      continue;
    }
    const tag = item[1].endsWith(".") ? "ol" : "ul";
    if (list?.tagName.toLowerCase() !== tag) {
      list = element(tag);
      made.append(list);
    }
    list.append(element("li", "", item[2]));
  }
  return made;
}

export function renderReply(reply, say, leave) {
  const turn = element("article", `turn bot ${reply.outcome}`);
  if (reply.parts.length) {
    turn.append(renderText(reply.lead.split("\n")[0]));
    for (const [i, part] of reply.parts.entries()) renderAnswer(turn, part, `${"一二三"[i]}、`);
  } else if (reply.sections.length > 1) renderAnswer(turn, reply, "");
  else turn.append(renderText(reply.choices.length ? reply.text.split("\n")[0] : reply.text));
  if (reply.case_number) turn.append(element("p", "number", `编号 ${reply.case_number}`));
  if (reply.link) turn.append(renderLink(reply.link, "打开填写"));
  if (reply.handoff && reply.case_number) turn.append(renderContact(leave));
  if (reply.choices.length) turn.append(renderChoices(reply.choices, say));
  const offers = (reply.parts.length ? reply.parts : [reply]).flatMap((part) => part.offers ?? []);
  if (offers.length) turn.append(renderOffers(offers, say));
  return turn;
}

// The first screen, then every section folded; the conclusion is on the first screen already. Answers near to the words
// lie open where none of them is surely the one that was asked for.
function renderAnswer(turn, answer, number) {
  if (answer.title) turn.append(element("h2", "", number + answer.title));
  turn.append(renderText(answer.lead));
  for (const section of answer.sections.slice(1)) {
    const details = element("details");
    details.open = section.name === "相关问答" && answer.point == null;
    details.append(element("summary", "", section.name), renderText(section.text));
    turn.append(details);
  }
  if (answer.citations.length) turn.append(renderCitations(answer.citations, answer.also_cited ?? []));
  for (const note of answer.notes) turn.append(element("p", "note", note));
}

// What carries the answer to the question, then what the text cites beside it.
function renderCitations(citations, others) {
  const details = element("details", "law");
  details.append(element("summary", "", `依据（${citations.length} 条）`), listOf(citations));
  if (others.length) details.append(element("p", "others", "文中还提到："), listOf(others));
  const all = [...citations, ...others];
  details.addEventListener("toggle", () => showTexts(all, [...details.querySelectorAll("li")]), { once: true });
  return details;
}

function listOf(citations) {
  const list = element("ul");
  for (const c of citations) {
    const item = element("li", "", `《${c.law}》${c.article}，${c.effective_on} 起施行的版本，${c.status}`);
    if (c.gist) item.append(element("p", "gist", `大意：${c.gist}`));
    list.append(item);
  }
  return list;
}

// The text of each article below its gist, where the bureau has imported it.
async function showTexts(citations, items) {
  const asked = new URLSearchParams(citations.map((c) => ["of", [c.law, c.article, c.effective_on].join("|")]));
  const answer = await fetch(`/api/v1/articles?${asked}`).catch(() => null);
  if (!answer?.ok) return;
  for (const text of (await answer.json()).articles) {
    const at = citations.findIndex((c) => c.law === text.law && c.article === text.article);
    items[at]?.append(element("blockquote", "", text.text));
  }
}

// Where to call: optional, and over once it is left.
function renderContact(leave) {
  const form = element("form", "contact");
  form.append(element("p", "", "愿意接电话的，可以留个号码（不留也会在这里回复您）："));
  const field = (label, name, attributes) => {
    const box = element("label", "", label);
    const input = Object.assign(document.createElement("input"), { name, ...attributes });
    box.append(input);
    form.append(box);
    return input;
  };
  const phone = field("电话", "phone", { type: "tel", autocomplete: "tel", required: true, maxLength: 24 });
  const when = field("方便的时间", "when", { maxLength: 60, placeholder: "例如：晚上七点以后" });
  const discreet = Object.assign(document.createElement("input"), { type: "checkbox", name: "discreet" });
  const wish = element("label", "wish");
  wish.append(discreet, "接电话的可能是别人：不是我本人，就不说是哪里、为什么打");
  form.append(wish);
  const fault = element("p", "wrong", "");
  fault.setAttribute("role", "alert");
  const button = element("button", "", "留下号码");
  form.append(fault, button);
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    button.disabled = true;
    fault.textContent = await leave({ phone: phone.value, when: when.value, discreet: discreet.checked });
    if (fault.textContent) button.disabled = false;
    else form.remove();
  });
  return form;
}

// To a page of ours: an application, a sum.
function renderLink(address, words) {
  const link = document.createElement("a");
  link.href = address;
  link.target = "_blank";
  link.rel = "noopener";
  link.className = "button";
  link.textContent = words;
  return link;
}

// What more can be done now; a tap says it.
function renderOffers(offers, say) {
  const box = element("div", "offers");
  for (const offer of new Map(offers.map((one) => [one.label, one])).values()) {
    if (offer.page) {
      box.append(renderLink(offer.page, offer.label));
      continue;
    }
    const button = element("button", "", offer.label);
    button.type = "button";
    button.addEventListener("click", () => say(offer.says));
    box.append(button);
  }
  return box;
}

function renderChoices(choices, say) {
  const box = element("div", "choices");
  for (const choice of choices) {
    const button = element("button", "", `${choice.value}. ${choice.label}`);
    button.type = "button";
    button.addEventListener("click", () => {
      button.classList.add("chosen");
      say(choice.value, choice.label);
    });
    box.append(button);
  }
  return box;
}

// Choices of replies that something was said after are over.
export function retireChoices(within) {
  for (const button of within?.querySelectorAll(".choices button") ?? []) button.disabled = true;
}

// What a bare "3" meant to the reply before it.
export function labelOf(reply, words) {
  return reply?.choices.find((choice) => choice.value === words.trim())?.label ?? words;
}
