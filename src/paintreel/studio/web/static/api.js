// Requests to the API, and uploads that go on where they broke off (tus 1.0).
export const csrf = document.querySelector('meta[name="csrf"]')?.content ?? "";
const PIECE = 8 * 1024 * 1024;
const pause = (ms) => new Promise((done) => setTimeout(done, ms));

export async function ask(method, path, body, headers = {}) {
  const answer = await fetch(path, {
    method,
    headers: { "X-CSRF-Token": csrf, "Content-Type": "application/json", ...headers },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  if (answer.status === 401) location.assign("/sign-in");
  const text = await answer.text();
  let said = {};
  try { said = text ? JSON.parse(text) : {}; } catch { said = { error: `the answer ${answer.status} is no JSON` }; }
  if (!answer.ok) throw new Error(said.error || `the studio answered ${answer.status}`);
  return said;
}

const tus = (more) => ({ "X-CSRF-Token": csrf, "Tus-Resumable": "1.0.0", ...more });

async function failure(answer) {
  try { return new Error((await answer.json()).error); } catch { return new Error(`the studio answered ${answer.status}`); }
}

// The id of the file once it is whole. told(bytes) hears how much has come.
export async function send(file, name, told = () => {}) {
  const packed = btoa(String.fromCharCode(...new TextEncoder().encode(name)));
  const begun = await fetch("/api/v1/uploads", {
    method: "POST",
    headers: tus({ "Upload-Length": String(file.size), "Upload-Metadata": `filename ${packed}` }),
  });
  if (!begun.ok) throw await failure(begun);
  const place = begun.headers.get("Location");
  let at = 0, failed = 0;
  while (at < file.size) {
    try {
      const answer = await fetch(place, {
        method: "PATCH",
        headers: tus({ "Upload-Offset": String(at), "Content-Type": "application/offset+octet-stream" }),
        body: file.slice(at, at + PIECE),
      });
      if (answer.ok) {
        at = Number(answer.headers.get("Upload-Offset"));
        failed = 0;
        told(at);
        continue;
      }
      if (answer.status < 500 && answer.status !== 409) throw Object.assign(await failure(answer), { final: true });
    } catch (error) {
      if (error.final) throw error;
    }
    failed += 1;
    if (failed > 6) throw new Error(`${name} could not be sent; is the network there?`);
    await pause(300 * 2 ** failed);
    const asked = await fetch(place, { method: "HEAD", headers: tus({}) }).catch(() => null);
    if (asked?.ok) at = Number(asked.headers.get("Upload-Offset"));
    else if (asked?.status === 404) throw new Error(`${name} is not there any more; send it again`);
  }
  return place.split("/").pop();
}
