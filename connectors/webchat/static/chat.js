// The chat page. Every turn carries an id made here, so that asking again after a lost connection repeats nothing.
import { labelOf, renderFault, renderPerson, renderReply, renderWords, retireChoices } from "./render.js";

const log = document.getElementById("log");
const form = document.getElementById("ask");
const text = document.getElementById("text");
const status = document.getElementById("status");
const greeting = document.getElementById("greeting");
const examples = document.getElementById("examples");
const most = Number(text.dataset.most);
const RETRY_MS = 1500;
const KEY = "wenfa.conversation";

const conversation = keptKey();

// Kept beyond the tab, until "结束并清除".
function keptKey() {
  const key = localStorage.getItem(KEY) ?? randomId();
  localStorage.setItem(KEY, key);
  return key;
}

function randomId() {
  const bytes = crypto.getRandomValues(new Uint8Array(18));
  return btoa(String.fromCharCode(...bytes)).replaceAll("+", "-").replaceAll("/", "_");
}

const pause = (ms) => new Promise((done) => setTimeout(done, ms));

function tell(words, fault = false) {
  status.hidden = !words;
  status.textContent = words;
  status.classList.toggle("fault", fault);
}

async function untilReady() {
  for (;;) {
    try {
      const answer = await fetch("/readyz");
      const { ready, step } = await answer.json();
      if (ready) return tell("");
      tell(step);
    } catch {
      tell("连不上服务，正在重试", true);
    }
    await pause(RETRY_MS);
  }
}

async function post(turn) {
  for (;;) {
    try {
      const answer = await fetch("/api/v1/turns", {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify(turn),
      });
      const body = await answer.json();
      if (answer.ok) return body.reply;
      if (answer.status !== 503 && answer.status !== 429) throw Object.assign(new Error(body.error.message), { final: true });
      tell(body.error.message);
      await pause(1000 * Number(answer.headers.get("Retry-After") ?? 0));
    } catch (error) {
      if (error.final) throw error;
      tell("网络断了，正在重试，您的话没有丢", true);
    }
    await pause(RETRY_MS);
  }
}

// One exchange: what was said, and below it what came of it, however long that takes.
function exchange(words) {
  const box = document.createElement("section");
  box.className = "exchange";
  box.append(renderWords(words));
  return box;
}

// What is said while the page still fetches the earlier conversation is sent after it.
let queue = untilReady().then(restore);

function say(words, shown = words) {
  examples.remove();
  retireChoices(log);
  const box = exchange(shown);
  const waiting = document.createElement("p");
  waiting.className = "turn bot waiting";
  waiting.textContent = "正在查";
  box.append(waiting);
  log.append(box);
  box.scrollIntoView({ block: "start" });
  queue = queue.then(async () => {
    waiting.replaceWith(await answered({ conversation, message_id: randomId(), text: words }));
    box.scrollIntoView({ block: "start" });
  });
  return queue;
}

// The whole to take along, below the last answer.
const record = Object.assign(document.createElement("a"), { className: "record", textContent: "下载这次的咨询记录（Word）", download: "" });
function withRecord(reply, turn) {
  record.href = `/api/v1/conversations/${conversation}/record.docx`;
  if (reply.sections.length > 1 || reply.parts.length) turn.append(record);
  return turn;
}

async function answered(turn) {
  try {
    const reply = await post(turn);
    tell("");
    if (reply.case_number) mayAttach(true);
    return withRecord(reply, renderReply(reply, say, leave));
  } catch (error) {
    return renderFault(error.message);
  }
}

// What is wrong with what was sent, or nothing.
async function posted(path, record) {
  try {
    const answer = await fetch(path, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(record),
    });
    return answer.ok ? "" : (await answer.json()).error.message;
  } catch {
    return "网络断了，还没有收到，请再按一次";
  }
}

// A telephone for the open case.
const leave = (contact) => posted(`/api/v1/conversations/${conversation}/contact`, contact);

// A picture or a paper for who works on the case; it shows up as something said.
const attach = document.getElementById("attach");
attach.addEventListener("change", async () => {
  const [file] = attach.files;
  if (!file) return;
  tell("正在发");
  const form = new FormData();
  form.append("file", file);
  try {
    const answer = await fetch(`/api/v1/conversations/${conversation}/files?message_id=${randomId()}`, { method: "POST", body: form });
    if (answer.ok) tell("发到了，工作人员能看到");
    else tell((await answer.json()).error.message, true);
  } catch {
    tell("网络断了，还没有发出去，请再选一次", true);
  }
  attach.value = "";
});
const mayAttach = (may) => { attach.closest("label").hidden = !may; };

// Deletes what the service keeps: what remains, or why it cannot be.
async function deleted() {
  try {
    const response = await fetch(`/api/v1/conversations/${conversation}`, { method: "DELETE" });
    const body = await response.json();
    return response.ok ? { kept: body.kept } : { fault: `${body.error.message}。` };
  } catch {
    return { fault: "没有连上，请过一会儿再试。" };
  }
}

// The last words first; those before them on request. A turn that cannot be shown hides nothing after it.
async function restore() {
  for (;;) {
    try {
      const { messages, earlier, case: opened } = await history();
      mayAttach(opened);
      if (messages.length) examples.remove();
      const boxes = await rebuilt(messages);
      const saidSince = log.querySelector(".exchange");
      greeting.after(...(earlier ? [earlierButton(messages[0])] : []), ...boxes);
      if (saidSince) boxes.forEach(retireChoices);
      else boxes.at(-1)?.scrollIntoView({ block: "start" });
      return follow(messages.at(-1)?.seq ?? 0);
    } catch (error) {
      tell(error.message, true);
      await pause(RETRY_MS);
    }
  }
}

async function history(before = "") {
  const answer = await fetch(`/api/v1/conversations/${conversation}?before=${before}`);
  const body = await answer.json();
  if (!answer.ok) throw new Error(body.error.message);
  return body;
}

// A box for each thing a citizen said, with what came of it; between them what people said.
async function rebuilt(messages) {
  const replies = new Map(messages.filter((m) => m.author === "bot").map((m) => [m.message_id, m.reply]));
  const boxes = [];
  let before = null;
  for (const message of messages) {
    if (message.author === "bot") continue;
    if (!message.message_id) {
      boxes.push(renderSaid(message));
      continue;
    }
    for (const box of boxes) retireChoices(box);
    const box = exchange(labelOf(before, message.text));
    const reply = replies.get(message.message_id);
    const turn = { conversation, message_id: message.message_id, text: message.text };
    box.append(reply ? withRecord(reply, renderReply(reply, say, leave)) : await answered(turn));
    before = reply;
    boxes.push(box);
  }
  return boxes;
}

// What people say while the page is open. The browser asks again by itself, from the last that it has seen.
function follow(after) {
  const stream = new EventSource(`/api/v1/conversations/${conversation}/live?after=${after}`);
  stream.addEventListener("message", (event) => {
    const box = renderSaid(JSON.parse(event.data));
    log.append(box);
    box.scrollIntoView({ block: "nearest" });
  });
}

// Said outside of any turn: by people, by the service, and what a citizen sent or said elsewhere.
const renderSaid = (message) => message.author === "citizen" ? exchange(message.text) : renderPerson(message);

function earlierButton(first) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "earlier";
  button.textContent = "看更早的话";
  button.addEventListener("click", async () => {
    const { messages, earlier } = await history(first.seq);
    const boxes = await rebuilt(messages);
    for (const box of boxes) retireChoices(box);
    button.replaceWith(...(earlier ? [earlierButton(messages[0])] : []), ...boxes);
  });
  return button;
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  const words = text.value.trim();
  if (!words) return;
  if ([...words].length > most) return tell(`一次最多 ${most} 字，现在有 ${[...words].length} 字，请分几次发。`, true);
  tell("");
  text.value = "";
  say(words);
  text.focus();
});
// An input method confirms with Enter too; Safari says so only by the key code.
text.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && !event.shiftKey && !event.isComposing && event.keyCode !== 229) {
    event.preventDefault();
    form.requestSubmit();
  }
});
document.getElementById("person").addEventListener("click", () => say("转人工"));
// Cleared from this device, or from the service as well; what has to remain there is told.
const clearing = document.getElementById("clearing");
document.getElementById("clear").addEventListener("click", () => {
  clearing.querySelector(".wrong").textContent = "";
  clearing.showModal();
});
clearing.addEventListener("click", async (event) => {
  if (!event.target.matches("button")) return;
  const wish = event.target.value;
  if (wish === "all") {
    const { fault, kept } = await deleted();
    if (fault) {
      clearing.querySelector(".wrong").textContent = fault;
      return;
    }
    if (kept.length) alert(`删好了。留下的：\n${kept.join("\n")}`);
  }
  clearing.close();
  if (!wish) return;
  localStorage.removeItem(KEY);
  location.reload();
});
// A case's conversation on a further device: a new key opens it, and takes the place of the one kept here.
document.querySelector("#rejoin form").addEventListener("submit", async (event) => {
  event.preventDefault();
  const { number, ending } = event.target.elements;
  const [button, fault] = [event.target.querySelector("button"), event.target.querySelector(".wrong")];
  const key = randomId();
  button.disabled = true;
  fault.textContent = await posted(`/api/v1/conversations/${key}/rejoin`, { number: number.value, ending: ending.value });
  button.disabled = false;
  if (fault.textContent) return;
  localStorage.setItem(KEY, key);
  location.reload();
});
// The same conversation in WeChat, by a code that is sent to the account.
document.querySelector("#wechat button")?.addEventListener("click", async ({ target }) => {
  const shown = document.querySelector("#wechat .code");
  target.disabled = true;
  try {
    const answer = await fetch(`/api/v1/conversations/${conversation}/code`, { method: "POST" });
    const body = await answer.json();
    shown.textContent = answer.ok
      ? `在公众号里发这一句（${body.seconds / 60} 分钟内有效，只能用一次）：接 ${body.code.slice(0, 4)} ${body.code.slice(4)}`
      : body.error.message;
  } catch {
    shown.textContent = "网络断了，请再按一次";
  }
  target.disabled = false;
});
examples.addEventListener("click", (event) => {
  if (event.target.matches("button")) say(event.target.textContent);
});
