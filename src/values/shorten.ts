/** How much of what a caller sent an answer may repeat. A long value is no help, and whole it makes an answer as large as its request. */

/** Characters of one value. */
const ECHO_MAX = 200;
/** Characters of a message that holds words of GraphQL and one value. */
const MESSAGE_MAX = 240;
const [HEAD, TAIL] = [150, 80];
/** Words and values are looked for in so much of a message at most. */
const READ_MAX = 2_000;

/** A value, as a message may repeat it. */
export function shortenValue(text: string): string {
  return text.length <= ECHO_MAX ? text : `${text.slice(0, ECHO_MAX - 1).toWellFormed()}…`;
}

/** A message of our own, in which quoted values are cut. */
export function shortenEchoes(message: string): string {
  if (message.length <= ECHO_MAX) return message;
  return message.replace(/"(?:[^"\\]|\\.){200,}"/gs, (quoted) => `"${shortenValue(quoted.slice(1, -1))}"`);
}

/**
 * A message that others wrote around what a caller sent, who cut nothing: its quoted values and long words are cut, and then its middle.
 * Beginning and end are what tells where the value stands and what would be right.
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
