// The chat page. Every turn carries an id made here, so that asking again after a lost connection repeats nothing.
import { renderFault, renderReply, renderWords } from "./render.js";

const log = document.getElementById("log");
const form = document.getElementById("ask");
const text = document.getElementById("text");
const status = document.getElementById("status");
const examples = document.getElementById("examples");
const RETRY_MS = 1500;

const conversation = stored("wenfa.conversation", () => randomId());

function stored(key, make) {
  const value = sessionStorage.getItem(key) ?? make();
  sessionStorage.setItem(key, value);
  return value;
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

function show(element) {
  log.append(element);
  element.scrollIntoView({ block: "start" });
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

let queue = Promise.resolve();

function say(words) {
  examples?.remove();
  show(renderWords(words));
  queue = queue.then(() => answer(words));
  return queue;
}

async function answer(words) {
  const waiting = document.createElement("p");
  waiting.className = "turn bot waiting";
  waiting.textContent = "正在查";
  show(waiting);
  try {
    const reply = await post({ conversation, message_id: randomId(), text: words });
    tell("");
    waiting.remove();
    show(renderReply(reply, say));
  } catch (error) {
    waiting.remove();
    show(renderFault(error.message));
  }
}

// The last turns first; those before them on request. A turn that cannot be shown hides nothing after it.
async function restore() {
  try {
    const { turns, earlier } = await history();
    if (turns.length) examples?.remove();
    if (earlier) log.prepend(earlierButton(turns[0]));
    for (const turn of turns) await showTurn(turn, (...made) => made.forEach(show));
  } catch (error) {
    tell(error.message, true);
  }
}

async function history(before = "") {
  const answer = await fetch(`/api/v1/conversations/${conversation}?before=${before}`);
  const body = await answer.json();
  if (!answer.ok) throw new Error(body.error.message);
  return body;
}

async function showTurn(turn, put) {
  try {
    const reply = turn.reply ?? (await post({ conversation, message_id: turn.message_id, text: turn.text }));
    put(renderWords(turn.text), renderReply(reply, say));
  } catch (error) {
    put(renderWords(turn.text), renderFault(error.message));
  }
}

function earlierButton(first) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "earlier";
  button.textContent = "看更早的话";
  button.addEventListener("click", async () => {
    const { turns, earlier } = await history(first.message_id);
    for (const turn of turns) await showTurn(turn, (...made) => button.before(...made));
    if (earlier) log.prepend(earlierButton(turns[0]));
    button.remove();
  });
  return button;
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  const words = text.value.trim();
  if (!words) return;
  text.value = "";
  say(words);
  text.focus();
});
text.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
    event.preventDefault();
    form.requestSubmit();
  }
});
document.getElementById("person").addEventListener("click", () => say("转人工"));
examples.addEventListener("click", (event) => {
  if (event.target.matches("button")) say(event.target.textContent);
});

await untilReady();
await restore();
