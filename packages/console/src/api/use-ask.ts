/** Reads something of the API for a part of the page, and reads it again when told. */
import { useCallback, useEffect, useRef, useState } from 'react';
import type { DocumentText } from '../documents/document-text.ts';
import { useConsole } from './console.tsx';

export interface Asked<Data> {
  /** The newest answer; undefined until the first one, and when something else is asked. */
  readonly data: Data | undefined;
  readonly problem: string | undefined;
  readonly isAsking: boolean;
  /** Reads again. While an answer is on its way, once more after it. */
  readonly askAgain: () => void;
}

/** How soon after an answer the same is asked again at the earliest, however often it is told. */
const PAUSE_MS = 250;

export function useAsk<Data, Variables>(text: DocumentText<Data, Variables>, variables: Variables): Asked<Data> {
  const { ask } = useConsole();
  const question = JSON.stringify(variables);
  const [state, setState] = useState<{ question: string; data?: Data; problem?: string; isAsking: boolean }>({
    question,
    isAsking: true,
  });
  /** Of the question that is asked now. */
  const running = useRef<{ again: () => void } | undefined>(undefined);

  useEffect(() => {
    let isWanted = true;
    let isBusy = false;
    let isAskedAgain = false;
    let pause: ReturnType<typeof setTimeout>;

    async function run(): Promise<void> {
      isBusy = true;
      setState((last) => (last.question === question ? { ...last, isAsking: true } : { question, isAsking: true }));
      try {
        const data = await ask(text, JSON.parse(question));
        if (isWanted) setState({ question, data, isAsking: false });
      } catch (error) {
        const problem = error instanceof Error ? error.message : String(error);
        if (isWanted) setState((last) => ({ ...last, question, problem, isAsking: false }));
      }
      if (!isWanted) return;
      pause = setTimeout(() => {
        isBusy = false;
        if (isAskedAgain) again();
      }, PAUSE_MS);
    }
    function again(): void {
      isAskedAgain = isBusy;
      if (!isBusy) void run();
    }

    running.current = { again };
    void run();
    return () => {
      isWanted = false;
      clearTimeout(pause);
    };
  }, [ask, text, question]);

  const askAgain = useCallback(() => running.current?.again(), []);
  const isCurrent = state.question === question;
  return {
    data: isCurrent ? state.data : undefined,
    problem: isCurrent ? state.problem : undefined,
    isAsking: state.isAsking || !isCurrent,
    askAgain,
  };
}
