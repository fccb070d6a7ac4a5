// The admin API. The token lives here, in memory only.

let token = '';

/** The page lies at …/ui/; the API beside it. */
const base = new URL('..', import.meta.url);

export function setToken(given) {
  token = given;
}

/** What the proxy refused, in its own words. */
export class Refused extends Error {
  constructor(status, text, errors) {
    super(text);
    this.status = status;
    this.errors = errors;
  }
}

function headers(more) {
  return token ? { ...more, Authorization: `Bearer ${token}` } : more;
}

function address(path, query) {
  const url = new URL(path, base);
  for (const [name, value] of Object.entries(query)) {
    if (value) {
      url.searchParams.set(name, value);
    }
  }
  return url;
}

async function refusal(response) {
  let problem = {};
  try {
    problem = await response.json();
  } catch {
    // Told by its status alone.
  }
  const errors = (problem.errors ?? []).map(
    (error) => `${error.path ?? ''}: ${error.message}${error.hint ? `; ${error.hint}` : ''}`);
  const text = [problem.title ?? `status ${response.status}`, problem.detail]
    .filter(Boolean).join(': ');
  return new Refused(response.status, text, errors);
}

async function json(response) {
  if (!response.ok) {
    throw await refusal(response);
  }
  return response.json();
}

export async function get(path, query = {}) {
  return json(await fetch(address(path, query), { headers: headers({}), cache: 'no-store' }));
}

/** Health is a document whatever the status. */
export async function health() {
  return (await fetch(address('health', {}), { cache: 'no-store' })).json();
}

export async function post(path, document) {
  return json(await fetch(address(path, {}), {
    method: 'POST',
    headers: headers({ 'Content-Type': 'application/json' }),
    body: JSON.stringify(document),
  }));
}

/**
 * Reads server-sent events until the signal ends it; returns when the proxy ends the stream.
 * `fetch` and not EventSource, which cannot send the token.
 */
export async function events(query, signal, onOpen, handler) {
  const response = await fetch(address('v1/events', query),
    { headers: headers({ Accept: 'text/event-stream' }), cache: 'no-store', signal });
  if (!response.ok) {
    throw await refusal(response);
  }
  onOpen();
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let waiting = '';
  for (;;) {
    const { value, done } = await reader.read();
    if (done) {
      return;
    }
    waiting += value;
    for (let end = waiting.indexOf('\n\n'); end >= 0; end = waiting.indexOf('\n\n')) {
      const lines = waiting.slice(0, end).split('\n');
      waiting = waiting.slice(end + 2);
      const of = (name) => lines.filter((line) => line.startsWith(`${name}: `))
        .map((line) => line.slice(name.length + 2)).join('\n');
      const data = of('data');
      if (data) {
        handler(of('event') || 'message', JSON.parse(data));
      }
    }
  }
}
