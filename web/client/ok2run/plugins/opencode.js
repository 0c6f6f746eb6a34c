// ok2run: asks the approval gate before each tool that opencode uses.
// `ok2run connect opencode` writes and removes this file. A tool runs only where the gate has
// allowed it: whatever else happens, the hook throws, and opencode does not run the tool.

import { randomBytes } from "node:crypto"
import { readFileSync } from "node:fs"
import { homedir } from "node:os"
import { isAbsolute, join } from "node:path"

const LIMIT = 3600 // seconds that a person has, less what the gate keeps back
const REPORT_LIMIT = 10 // seconds for what nobody waits for
const RESTART = 20 // seconds in which a gate that has held the ask is expected back
const PAUSE = 500 // milliseconds between two attempts
const ALIASES = { APPROVAL_GATE_URL: "AGENTGATE_URL", APPROVAL_API_KEY: "AGENTGATE_API_KEY" }

export const Ok2run = async ({ directory }) => ({
  "tool.execute.before": async (input, output) => {
    const answer = await ask("tool.execute.before", LIMIT, {
      session_id: input.sessionID,
      call_id: input.callID,
      cwd: directory,
      tool_name: input.tool,
      tool_input: output.args,
    })
    if (answer.decision !== "allow") {
      throw new Error(`ok2run: ${answer.reason ?? "the gate did not allow it"}`)
    }
    if (answer.tool_input === undefined) return
    for (const name of Object.keys(output.args)) delete output.args[name]
    Object.assign(output.args, answer.tool_input)
  },
  "tool.execute.after": async (input) => {
    await report("tool.execute.after", {
      session_id: input.sessionID,
      call_id: input.callID,
      cwd: directory,
      tool_name: input.tool,
      tool_input: input.args,
    })
  },
  event: async ({ event }) => {
    if (event.type === "session.idle") {
      await report(event.type, { session_id: event.properties.sessionID })
    }
    if (event.type === "session.deleted") {
      await report(event.type, { session_id: event.properties.info?.id })
    }
  },
})

// Thrown where the gate stops or goes while it holds the ask, which it keeps until it is asked again.
class Lost extends Error {}

async function ask(event, limit, fields) {
  const ends = Date.now() + limit * 1000
  let lost
  for (;;) {
    const began = Date.now()
    try {
      return await attempt(event, limit, fields)
    } catch (error) {
      const now = Date.now()
      if (!(error instanceof Lost)) throw error
      if (error.stops || now - began > 1000) lost = now
      const isLate = now >= ends || lost === undefined || now - lost > RESTART * 1000
      if (isLate || limit === REPORT_LIMIT) throw error
    }
    await new Promise((resolve) => setTimeout(resolve, PAUSE))
  }
}

async function attempt(event, limit, fields) {
  const { url, key } = settings()
  const id = randomBytes(16).toString("hex")
  let response, answer
  try {
    response = await fetch(`${url}/v1/hooks/opencode?limit=${limit}`, {
      method: "POST",
      headers: {
        Authorization: `Bearer ${key}`,
        "Content-Type": "application/json",
        "Ok2run-Hook-Id": id,
      },
      body: JSON.stringify({ hook_event_name: event, ...fields }),
      redirect: "error",
      signal: AbortSignal.timeout(limit * 1000),
      timeout: false, // Bun's own limit of five minutes, which the signal replaces
    })
    answer = await response.json()
  } catch (error) {
    const why = error.cause?.code ?? error.code ?? error.name
    throw new Lost(`ok2run: the gate does not answer (${why}); start it with ok2run serve`)
  }
  if (response.status === 503 && answer?.code === "stopping") {
    throw Object.assign(new Lost("ok2run: the gate was stopped; start it again"), { stops: true })
  }
  if (response.status !== 200) {
    const why = typeof answer?.detail === "string" ? `: ${answer.detail}` : ""
    throw new Error(`ok2run: the gate refused (HTTP ${response.status})${why}`)
  }
  if (response.headers.get("Ok2run-Hook-Id") !== id || typeof answer !== "object" || !answer) {
    throw new Error("ok2run: what answers at APPROVAL_GATE_URL is not the gate")
  }
  return answer
}

async function report(event, fields) {
  try {
    await ask(event, REPORT_LIMIT, fields)
  } catch {
    // A report that does not arrive changes nothing of what was decided.
  }
}

function settings() {
  const kept = keptSettings()
  const named = (name) =>
    (process.env[name] || process.env[ALIASES[name]] || kept[name] || "").trim()
  const url = named("APPROVAL_GATE_URL") || "http://127.0.0.1:8000"
  const key = named("APPROVAL_API_KEY")
  if (!key) throw new Error("ok2run: APPROVAL_API_KEY is not set; set it, or: ok2run config set")
  return { url: url.replace(/\/+$/, ""), key }
}

// The file that `ok2run config` keeps: a line NAME=value each, the last of a name counts.
function keptSettings() {
  const folder = process.env.XDG_CONFIG_HOME ?? ""
  const base = isAbsolute(folder) ? folder : join(homedir(), ".config")
  let text
  try {
    text = readFileSync(join(base, "ok2run", "config"), "utf8")
  } catch {
    return {}
  }
  const kept = {}
  for (const line of text.split(/\r?\n/)) {
    const at = line.indexOf("=")
    if (at > 0) kept[line.slice(0, at).trim()] = line.slice(at + 1).trim()
  }
  return kept
}
