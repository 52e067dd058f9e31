// Uploads are deleted one by one.
import { ask } from "./api.js";

const fault = document.getElementById("fault");
for (const button of document.querySelectorAll("[data-delete]"))
  button.addEventListener("click", async () => {
    if (!confirm(`${button.getAttribute("aria-label")}, for good?`)) return;
    try {
      await ask("DELETE", `/api/v1/uploads/${button.dataset.delete}`, undefined, { "Tus-Resumable": "1.0.0" });
      button.closest("tr").remove();
    } catch (error) {
      fault.textContent = error.message;
      fault.hidden = false;
    }
  });
