// Keeps the desk fresh: what is marked #live is fetched again; what is being typed is never touched.
const EVERY_MS = 2000;
let known = document.getElementById("live")?.innerHTML;

async function refresh() {
  const live = document.getElementById("live");
  if (!live || document.hidden) return;
  const answer = await fetch(live.dataset.from ?? location.href, { headers: { Accept: "text/html", "X-Refreshes": "1" } }).catch(() => null);
  if (!answer?.ok || answer.redirected) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("live");
  if (!fresh || fresh.innerHTML === known) return;
  known = fresh.innerHTML;
  const atEnd = innerHeight + scrollY >= document.body.scrollHeight - 80;
  const open = [...live.querySelectorAll("details[open] summary")].map((one) => one.textContent);
  live.replaceChildren(...fresh.childNodes);
  for (const one of live.querySelectorAll("details")) one.open = open.includes(one.querySelector("summary").textContent);
  if (fresh.dataset.title) document.title = fresh.dataset.title;
  if (atEnd && live.classList.contains("talk")) live.lastElementChild?.scrollIntoView({ block: "nearest" });
}

setInterval(refresh, EVERY_MS);

// One press, one message.
for (const form of document.querySelectorAll("form:not(#call)")) {
  form.addEventListener("submit", () => {
    setTimeout(() => { for (const button of form.querySelectorAll("button")) button.disabled = true; });
  });
}
document.getElementById("text")?.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && !event.isComposing) event.target.form.requestSubmit();
});
