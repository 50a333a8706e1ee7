// Recordings are put together: "O protocolo é:", "nove,", "um." are three clips, and one sentence to read.

/** Whether the sentence that ends in `text` goes on with what is said next. */
export function goesOn(text) {
  return !/[.!?…♪]["”»)]?$/.test(text.trim());
}
