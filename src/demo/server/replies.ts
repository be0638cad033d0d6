/** The replies of the chatbot, which is a pebble. */
import { setTimeout } from 'node:timers/promises';

const GREETING = /\b(hello|hi|hey|good (morning|evening|day))\b/i;
const THANKS = /\b(thanks|thank you|cheers)\b/i;

const GREETINGS = [
  'Hello. I was just lying here. What is on your mind?',
  'Good to see you. I have been holding this spot for you since the last ice age.',
];
const WELCOMES = ['You are welcome. I would blush, but I am granite.', 'Any time. I have quite a lot of it.'];
const ANSWERS = [
  'I asked the river. It said: keep going, and take the corners slowly.',
  'Short answer: yes. Long answer: yes, and bring a coat.',
  'In my experience, which is about four million years, that sorts itself out after lunch.',
  'Start with the smallest stone. The big ones move once they see the others having fun.',
  'I would sleep on it. I sleep on everything; it is how I got this smooth.',
  'Three ideas: skip it across a lake, put it in a pocket, or write it down and look again tomorrow.',
];
const REMARKS = [
  'Noted, and filed under moss, where I keep the good things.',
  'That is a fine thought. Turn it over now and then, there may be something living under it.',
  'I like how you put that. Most people just throw me.',
  'Go on. I am listening with my whole surface.',
  'A wave once told me the same, but it left before the end.',
];

/**
 * Picks a reply by the number of the ledger entry: a message sent again gets the same one, and the
 * next message another.
 */
export function replyTo(text: string, number: bigint): string {
  const replies = repliesFor(text);
  return replies[Number(number % BigInt(replies.length))] ?? '';
}

function repliesFor(text: string): readonly string[] {
  if (THANKS.test(text)) return WELCOMES;
  if (GREETING.test(text)) return GREETINGS;
  return text.includes('?') ? ANSWERS : REMARKS;
}

const WORD_PAUSE_MS = 45;

/** Streams the reply word by word, as a language model would. It stops when the reader leaves. */
export function streamWords(text: string): ReadableStream<Uint8Array> {
  const words = text.match(/\S+\s*/g) ?? [];
  const encoder = new TextEncoder();
  return new ReadableStream({
    async pull(controller) {
      const word = words.shift();
      if (word === undefined) return controller.close();
      await setTimeout(WORD_PAUSE_MS);
      controller.enqueue(encoder.encode(word));
    },
  });
}
