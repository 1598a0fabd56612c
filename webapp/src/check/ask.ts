import { keyHeader } from "../sync/key.ts";
import { sentenceOf } from "../sync/refusal.ts";
import { texts } from "./texts.ts";

const ANSWER_MS = 15_000;

/** What came back; a network that fails is `status` 0, with why as its text. */
export interface Reply {
  readonly status: number;
  readonly text: string;
}

/** Why nothing came, as part of a sentence. */
export function reasonOf(problem: unknown): string {
  return problem instanceof DOMException && problem.name === "TimeoutError" ? texts.noAnswer : texts.network;
}

export function get(address: string, init: RequestInit = {}): Promise<Response> {
  return fetch(address, {
    cache: "no-store",
    redirect: "manual",
    signal: AbortSignal.timeout(ANSWER_MS),
    ...init,
  });
}

export async function ask(address: string, init: RequestInit = {}): Promise<Reply> {
  try {
    const answer = await get(address, init);
    return { status: answer.status, text: await answer.text() };
  } catch (problem) {
    return { status: 0, text: reasonOf(problem) };
  }
}

export const withKey = (token: string | null): RequestInit => ({ headers: keyHeader(token) });

/** The JSON of an answer, or null. */
export function json<T>({ text }: Reply): T | null {
  try {
    return JSON.parse(text) as T;
  } catch {
    return null;
  }
}

/** What the server says of it in words, else its number. */
export const sentence = (reply: Reply): string =>
  (reply.status === 0 ? reply.text : sentenceOf(reply.text)) ?? texts.origin.refused(reply.status);
