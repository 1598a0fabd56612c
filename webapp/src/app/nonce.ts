/** The nonce of this answer's content-security-policy, for styles made at run time; empty where there is none. */
export function readNonce(): string | undefined {
  const meta = document.querySelector<HTMLMetaElement>('meta[property="csp-nonce"]');
  return meta?.nonce || undefined;
}
