// Lists show what has changed: the page is fetched anew when a job of theirs begins or ends.
const main = document.querySelector("main");
if (main.querySelector("[data-watch]")) {
  let waiting = false;
  const refresh = async () => {
    if (waiting) return;
    waiting = true;
    await new Promise((done) => setTimeout(done, 700));
    waiting = false;
    if (main.contains(document.activeElement) && document.activeElement !== main) return later();
    const answer = await fetch(location.href, { headers: { Accept: "text/html" } }).catch(() => null);
    if (!answer?.ok) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    main.replaceChildren(...page.querySelector("main").childNodes);
  };
  const later = () => setTimeout(refresh, 3000);
  const newest = fetch("/api/v1/jobs?limit=1").catch(() => null);
  newest.then(() => {
    const events = new EventSource("/api/v1/events?after=0");
    const begun = performance.now();
    for (const kind of ["status", "progress", "result"])
      events.addEventListener(kind, () => { if (performance.now() - begun > 1500) refresh(); });
    addEventListener("pagehide", () => events.close());
  });
}
