/**
 * Limits how much of the caller's input an answer repeats. A long value helps nobody, and would
 * make an answer as large as its request.
 */

/** The longest repeated value, in characters. */
const ECHO_MAX = 200;
/** The longest message with text of GraphQL and one value, in characters. */
const MESSAGE_MAX = 240;
const [HEAD, TAIL] = [150, 80];
/** The part of a message that is searched for values and words. */
const READ_MAX = 2_000;

/** Shortens a value for a message. */
export function shortenValue(text: string): string {
  return text.length <= ECHO_MAX ? text : `${text.slice(0, ECHO_MAX - 1).toWellFormed()}…`;
}

/** Shortens the quoted values in a message of Brim's own. */
export function shortenEchoes(message: string): string {
  if (message.length <= ECHO_MAX) return message;
  return message.replace(/"(?:[^"\\]|\\.){200,}"/gs, (quoted) => `"${shortenValue(quoted.slice(1, -1))}"`);
}

/**
 * Shortens a message of a library that repeats the caller's input in full: first its quoted values
 * and long words, then its middle. The beginning and the end tell where the value was and what
 * would be right.
 */
export function shortenMessage(message: string): string {
  if (message.length <= MESSAGE_MAX) return message;
  const read = message.length <= READ_MAX ? message : cutMiddle(message, READ_MAX / 2, READ_MAX / 2);
  const cut = read
    .replace(/"((?:[^"\\]|\\.){80})(?:[^"\\]|\\.){20,}"/gs, '"$1…"')
    .replace(/\S{120,}/g, (word) => `${word.slice(0, 80)}…${word.slice(-20)}`);
  return cut.length <= MESSAGE_MAX ? cut.toWellFormed() : cutMiddle(cut, HEAD, TAIL);
}

function cutMiddle(text: string, head: number, tail: number): string {
  return `${text.slice(0, head)} … ${text.slice(-tail)}`.toWellFormed();
}
