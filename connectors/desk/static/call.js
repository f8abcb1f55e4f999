// The second screen: at each pause everything typed is sent, and the new suggestions are put in place. What the agent
// has changed meanwhile is never touched.
const PAUSE_MS = 200;
const RETRY_MS = 2000;
const form = document.getElementById("call");
const fault = document.getElementById("fault");
const parts = ["suggestions", "known"];
const typed = "input:not([type=checkbox]), select, textarea";
const waiting = []; // what was pressed while another is on its way, in its order
let pause, busy = false, unsent = false;

async function send(act) {
  if (busy) { if (act !== "look" || waiting.length === 0) waiting.push(act); return; }
  busy = true;
  unsent = false;
  const data = new FormData(form);
  data.set("do", act);
  const sent = new Map([...form.querySelectorAll(typed)].map((one) => [one.name, one.value]));
  try {
    const answer = await fetch(form.action, { method: "POST", body: data });
    if (answer.redirected) { location.href = answer.url; return; }
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
    if (!fresh.getElementById("call")) throw new Error(fresh.querySelector(".fault")?.textContent);
    put(fresh, sent);
    fault.textContent = fresh.getElementById("fault").textContent;
  } catch (error) {
    unsent = true;
    fault.textContent = error.message && !(error instanceof TypeError) ? error.message : "没有连上，打的字还在，正在再试。";
    if (error instanceof TypeError) { clearTimeout(pause); pause = setTimeout(() => send(act), RETRY_MS); }
  } finally {
    busy = false;
  }
  if (waiting.length > 0) send(waiting.shift());
}

function put(fresh, sent) {
  const open = new Set([...form.querySelectorAll("details[open] summary")].map((one) => one.textContent));
  const had = form.querySelector(".answer") !== null;
  for (const id of parts) {
    const part = document.getElementById(id);
    if (part.innerHTML !== fresh.getElementById(id).innerHTML) part.replaceChildren(...fresh.getElementById(id).childNodes);
  }
  if (had) for (const one of form.querySelectorAll("#suggestions details")) one.open ||= open.has(one.querySelector("summary").textContent);
  for (const one of fresh.querySelectorAll(typed)) {
    const here = form.elements.namedItem(one.name);
    if (one.name && one.name !== "heard" && here && here.value === sent.get(one.name)) here.value = one.value;
  }
}

if (form) {
  form.addEventListener("input", () => { unsent = true; clearTimeout(pause); pause = setTimeout(() => send("look"), PAUSE_MS); });
  addEventListener("pagehide", () => { if (unsent || busy) navigator.sendBeacon(form.action, new FormData(form)); });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    clearTimeout(pause);
    send(event.submitter?.value ?? "look");
  });
  document.addEventListener("keydown", (event) => {
    const nth = event.altKey && /^Digit[1-3]$/.test(event.code) ? event.code.at(-1) : "";
    const button = nth && form.querySelector(`button[data-nth="${nth}"]`);
    const save = event.key === "Enter" && (event.ctrlKey || event.metaKey) && !event.isComposing;
    if (!button && !save) return;
    event.preventDefault();
    clearTimeout(pause);
    send(button ? button.value : "save");
  });
  // What was typed before this script had come.
  if ([...form.querySelectorAll("input:not([type=checkbox]), textarea")].some((one) => one.value !== one.defaultValue)) send("look");
}
