// @ts-check
// Ask the gate from TypeScript or JavaScript (Node 20 or newer), with nothing but fetch.
//
//   import { request, claim, Denied } from "./gate.mjs";
//
//   const action = { action_type: "send_email", title: "Mail to Ana", params: { to: "ana@example.org" } };
//   const decision = await request(action);     // throws Denied, or Error where nobody answered
//   await claim(decision.id, action);           // throws unless exactly this was approved, once
//   await sendMail(action.params);
//
// The gate is named by APPROVAL_GATE_URL, the key by APPROVAL_API_KEY.
import { createHash, createPublicKey, randomUUID, verify } from "node:crypto";

/** @typedef {{action_type: string, title: string, preview?: string, params?: Record<string, unknown>,
 *    cwd?: string, session_id?: string, expires_in_sec?: number, reason?: string}} Action */
/** @typedef {{id: string, note: string | null, override: string | null, by: string}} Decision */

export class Denied extends Error {}

const url = () => (process.env.APPROVAL_GATE_URL || "http://127.0.0.1:8000").replace(/\/+$/, "");
const pause = (/** @type {number} */ ms) => new Promise((done) => setTimeout(done, ms));

/** Ask, and wait for the decision; a lost answer never asks twice, a restart of the gate is waited out.
 *  @param {Action} action  @param {number} [wait] seconds  @returns {Promise<Decision>} */
export async function request(action, wait = 3600) {
  const until = Date.now() + wait * 1000;
  const asked = await call("POST", "/v1/approvals", until, { session_id: "", ...action }, {
    "Idempotency-Key": randomUUID(),
  });
  const id = asked.approval_id;
  let now = asked;
  while (now.status === "pending" && Date.now() < until) {
    const hold = Math.max(1, Math.min(60, Math.ceil((until - Date.now()) / 1000)));
    now = await call("GET", `/v1/approvals/${encodeURIComponent(id)}?wait=${hold}`, until);
  }
  const decision = now.decision;
  if (now.approval_id !== id) throw new Error("the gate answered for another approval");
  if (now.status === "denied") throw new Denied(decision?.note || "denied");
  if (now.status !== "approved" || decision?.decision !== "approved")
    throw new Error(`not approved: ${now.status}`);
  return { id, note: decision.note, override: decision.override, by: decision.by };
}

/** Claim the receipt for exactly this action, right before it runs; throws where there is none.
 *  Who runs the person's replacement passes it as `override`.
 *  @param {string} id  @param {Action} action  @param {string | null} [override] */
export async function claim(id, action, override = null) {
  const { action_type, title, preview = "", params = {}, cwd = null } = action;
  const covered = { action_type, title, preview, params, cwd, override };
  const digest = createHash("sha256").update(canonical(covered)).digest("hex");
  const [nonce, until] = [randomUUID(), Date.now() + 30_000];
  const key = await call("GET", "/v1/receipts/key", until);
  const path = `/v1/approvals/${encodeURIComponent(id)}/claim`;
  const { receipt, signature } = await call("POST", path, until, { digest, nonce });
  const x = Buffer.from(key.public_key, "base64").toString("base64url");
  const signer = createPublicKey({ format: "jwk", key: { kty: "OKP", crv: "Ed25519", x } });
  const good =
    verify(null, Buffer.from(canonical(receipt)), signer, Buffer.from(signature, "base64")) &&
    receipt.type === "ok2run.receipt" && receipt.version === 1 && receipt.decision === "approved" &&
    receipt.approval_id === id && receipt.digest === digest && receipt.nonce === nonce &&
    Date.now() <= receipt.not_after + 5000;
  if (!good) throw new Error("the gate gave no receipt for this");
}

/** The one form of JSON that is signed (RFC 8785): JavaScript's own, with sorted names.
 *  @param {any} value  @returns {string} */
function canonical(value) {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (value === null || typeof value !== "object") return JSON.stringify(value);
  const names = Object.keys(value).sort();
  return `{${names.map((name) => `${JSON.stringify(name)}:${canonical(value[name])}`).join(",")}}`;
}

/** @param {string} method  @param {string} path  @param {number} until  @param {object} [body]
 *  @param {Record<string, string>} [headers]  @returns {Promise<any>} */
async function call(method, path, until, body, headers = {}) {
  for (let wait = 250; ; wait = Math.min(2 * wait, 5000)) {
    let problem;
    try {
      const answer = await fetch(url() + path, {
        method,
        redirect: "error",
        headers: {
          Authorization: `Bearer ${process.env.APPROVAL_API_KEY}`,
          "Content-Type": "application/json",
          ...headers,
        },
        body: body && JSON.stringify(body),
        signal: AbortSignal.timeout(75_000),
      });
      const said = await answer.json();
      if (answer.ok) return said;
      problem = new Error(typeof said.detail === "string" ? said.detail : `HTTP ${answer.status}`);
      if (![429, 500, 502, 503, 504].includes(answer.status)) until = 0;
    } catch (error) {
      problem = error;
    }
    if (Date.now() + wait > until) throw problem;
    await pause(wait);
  }
}
