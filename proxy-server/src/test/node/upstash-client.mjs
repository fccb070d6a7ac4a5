// Drives Upstash's own client as UpstashClientIT says: standard input is {url, token, calls}, standard
// output one element for each call, {result} or {error}. A call is [name, arguments...]; "pipeline" and
// "multi" take calls as their arguments, "together" makes its calls at one time.
import { Redis } from "@upstash/redis";

const chunks = [];
for await (const chunk of process.stdin) chunks.push(chunk);
const { url, token, calls } = JSON.parse(Buffer.concat(chunks).toString("utf8"));

const settings = { url, token, automaticDeserialization: false, retry: false };
const single = new Redis({ ...settings, enableAutoPipelining: false });
const folding = new Redis({ ...settings, enableAutoPipelining: true });

const transaction = (to, steps) => steps.reduce((all, [name, ...words]) => all[name](...words), to);

const run = ([name, ...words]) => {
  switch (name) {
    case "pipeline":
      return transaction(single.pipeline(), words).exec({ keepErrors: true });
    case "multi":
      return transaction(single.multi(), words).exec();
    case "together":
      return Promise.all(words.map(([command, ...rest]) => folding[command](...rest)));
    default:
      return single[name](...words);
  }
};

const told = [];
for (const call of calls) {
  try {
    told.push({ result: await run(call) });
  } catch (error) {
    told.push({ error: error.message });
  }
}
process.stdout.write(JSON.stringify(told));
