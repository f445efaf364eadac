// Drives the unmodified client of the vendor against a simulated resource: node check.mjs BASE
import OpenAI, { toFile } from 'openai';
import { LengthFinishReasonError } from 'openai/core/error';

const base = process.argv[2].replace(/\/$/, '');
const apiKey = 'sim-model-key';
const model = 'crmsync-mini';
const client = new OpenAI({ baseURL: `${base}/openai/v1/`, apiKey, maxRetries: 2 });
const impatient = new OpenAI({ baseURL: `${base}/openai/v1/`, apiKey, maxRetries: 0 });

const schema = {
  type: 'object',
  additionalProperties: false,
  required: ['results'],
  properties: {
    results: {
      type: 'array',
      items: {
        type: 'object',
        additionalProperties: false,
        required: ['id', 'label', 'confidence', 'reason'],
        properties: {
          id: { type: 'string' },
          label: { type: 'string', enum: ['Discovery', 'Demo', 'Negotiation', 'Follow-Up', 'Closed Won', 'Closed Lost', 'ABSTAIN'] },
          confidence: { type: 'number' },
          reason: { type: 'string' },
        },
      },
    },
  },
};
const response_format = { type: 'json_schema', json_schema: { name: 'labels', strict: true, schema } };
// Two rows of the seeded data, so that the right answers are known: Closed Won and NOT ENGAGED with no stage.
const records = [
  {
    id: 'k7', subject: 'Corrugated Direct is IN',
    body: 'Pieternel rang from the car at 8:10, board signed the seller agreement last night, scan in my mailbox by 8:30. 4 categories, 6.5% take rate, go live 1 Feb. Passed to seller success (Moussa).',
  },
  {
    id: 'm2', subject: '[Outreach] [Email] [Out] 1 {{first_name}}, agency spend after the winter surge',
    body: 'Hi {{first_name}},\n\nHospitals in {{state}} paid 31% above contract rate for travel nurses in Q1. Our direct-source bench brought Tinker Ridge Health down to 9%.\n\nOpen to a quick compare?\n\nBest,\nRansom Okparaeke',
  },
];
const messages = [
  { role: 'system', content: 'Label each record. Definitions follow.' },
  { role: 'user', content: JSON.stringify({ records }) },
];
let failed = 0;

async function check(name, run) {
  try {
    await run();
    console.log(`ok ${name}`);
  } catch (error) {
    failed++;
    console.log(`FAIL ${name} ${String(error?.stack ?? error).replaceAll('\n', ' | ')}`);
  }
}

function same(actual, expected, what) {
  const [a, b] = [JSON.stringify(actual), JSON.stringify(expected)];
  if (a !== b) throw new Error(`${what}: ${a} instead of ${b}`);
}

function sure(condition, what) {
  if (!condition) throw new Error(what);
}

async function refused(promise, kind, status, code) {
  const error = await promise.then(() => { throw new Error(`no ${kind.name}`); }, (reason) => reason);
  if (!(error instanceof kind)) throw error;
  same([error.status, error.code], [status, code], kind.name);
  return error;
}

async function simulator(method, path, body) {
  const answer = await fetch(`${base}/simulator/${path}`, {
    method, headers: { 'content-type': 'application/json' }, body: body && JSON.stringify(body),
  });
  sure(answer.ok, `${method} ${path}: ${answer.status} ${await answer.clone().text()}`);
  return answer;
}

const expected = [['k7', 'Closed Won'], ['m2', 'ABSTAIN']];
const labels = (answer) => answer.results.map((result) => [result.id, result.label]);

await check('chat completion', async () => {
  const answer = await client.chat.completions.create({ model, messages });
  same(answer.object, 'chat.completion', 'object');
  same(answer.choices[0].finish_reason, 'stop', 'finish_reason');
  sure(answer.choices[0].message.content.includes('k7'), 'the answer names no record');
  same(answer.usage.total_tokens, answer.usage.prompt_tokens + answer.usage.completion_tokens, 'usage');
});

await check('structured output', async () => {
  const answer = await client.chat.completions.create({ model, messages, response_format, temperature: 0, seed: 7 });
  const read = JSON.parse(answer.choices[0].message.content);
  same(labels(read), expected, 'labels');
  sure(read.results.every((result) => result.confidence >= 0 && result.confidence <= 1), 'a confidence is none');
});

await check('parse helper', async () => {
  const answer = await client.chat.completions.parse({ model, messages, response_format });
  same(labels(answer.choices[0].message.parsed), expected, 'labels');
});

await check('streaming', async () => {
  const stream = await client.chat.completions.create({ model, messages, response_format, stream: true, stream_options: { include_usage: true } });
  let [text, chunks, reason, usage] = ['', 0, null, null];
  for await (const chunk of stream) {
    chunks++;
    text += chunk.choices[0]?.delta?.content ?? '';
    reason = chunk.choices[0]?.finish_reason ?? reason;
    usage = chunk.usage ?? usage;
  }
  same(labels(JSON.parse(text)), expected, 'labels');
  sure(chunks > 5 && reason === 'stop' && usage.completion_tokens > 0, `${chunks} chunks, ${reason}`);
});

await check('stream helper', async () => {
  const stream = client.chat.completions.stream({ model, messages, response_format });
  const answer = await stream.finalChatCompletion();
  same(labels(answer.choices[0].message.parsed), expected, 'labels');
});

await check('length', async () => {
  const answer = await client.chat.completions.create({ model, messages, response_format, max_completion_tokens: 10 });
  same([answer.choices[0].finish_reason, answer.usage.completion_tokens], ['length', 10], 'cut answer');
  await refused(client.chat.completions.parse({ model, messages, response_format, max_completion_tokens: 10 }), LengthFinishReasonError, undefined, undefined);
});

await check('refusal', async () => {
  await simulator('POST', 'dials/F44-refusal', { count: 1 });
  const answer = await client.chat.completions.parse({ model, messages, response_format });
  sure(answer.choices[0].message.refusal && !answer.choices[0].message.parsed, 'no refusal');
});

await check('embeddings', async () => {
  const input = ['signed order form', 'the order form is signed', 'badminton'];
  const [packed, plain] = await Promise.all(['base64', 'float'].map((encoding_format) =>
    client.embeddings.create({ model: 'crmsync-embedding', input, dimensions: 256, encoding_format })));
  const automatic = await client.embeddings.create({ model: 'crmsync-embedding', input: input[0] });
  same(automatic.data[0].embedding.length, 1536, 'length of a whole vector');
  const vectors = plain.data.map((one) => one.embedding);
  const near = (a, b) => a.reduce((sum, number, i) => sum + number * b[i], 0);
  sure(vectors.every((vector) => vector.length === 256 && Math.abs(near(vector, vector) - 1) < 1e-4), 'not of unit length');
  sure(near(vectors[0], vectors[1]) > near(vectors[0], vectors[2]) + 0.2, 'near texts lie apart');
  const bytes = Buffer.from(packed.data[0].embedding, 'base64');
  const read = new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
  sure(read.every((number, i) => Math.abs(number - vectors[0][i]) < 1e-6), 'base64 and float differ');
});

await check('models', async () => {
  const names = [];
  for await (const one of client.models.list()) names.push(one.id);
  sure(names.includes(model) && names.includes('crmsync-embedding'), names.join());
  same((await client.models.retrieve(model)).object, 'model', 'object');
});

const line = (custom_id, body) => JSON.stringify({ custom_id, method: 'POST', url: '/v1/chat/completions', body: { model, ...body } });

async function upload(lines, name = 'rows.jsonl') {
  return client.files.create({ purpose: 'batch', file: await toFile(Buffer.from(lines.join('\n')), name) });
}

await check('files', async () => {
  const lines = [line('r1', { messages })];
  const file = await upload(lines);
  same([file.object, file.purpose, file.filename], ['file', 'batch', 'rows.jsonl'], 'file');
  same((await client.files.retrieve(file.id)).bytes, file.bytes, 'bytes');
  same(await (await client.files.content(file.id)).text(), lines[0], 'content');
  const ids = [];
  for await (const one of client.files.list({ limit: 1 })) ids.push(one.id);
  sure(ids.includes(file.id), 'not listed');
  same((await client.files.delete(file.id)).deleted, true, 'deleted');
  await refused(client.files.retrieve(file.id), OpenAI.NotFoundError, 404, 'NotFound');
});

await check('batch to its end', async () => {
  const file = await upload([line('r1', { messages, response_format }), line('r2', { messages: [] })]);
  const batch = await client.batches.create({ input_file_id: file.id, endpoint: '/v1/chat/completions', completion_window: '24h', metadata: { run: '1' } });
  const seen = [batch.status];
  let now = batch;
  for (let i = 0; i < 10 && now.status !== 'completed'; i++) {
    await simulator('POST', 'clock', { advanceMinutes: 0.09 });
    now = await client.batches.retrieve(batch.id);
    seen.push(now.status);
  }
  same([...new Set(seen)], ['validating', 'in_progress', 'finalizing', 'completed'], 'states');
  same([now.request_counts, now.metadata], [{ total: 2, completed: 1, failed: 1 }, { run: '1' }], 'counts');
  const output = JSON.parse(await (await client.files.content(now.output_file_id)).text());
  same([output.custom_id, output.response.status_code], ['r1', 200], 'output');
  same(labels(JSON.parse(output.response.body.choices[0].message.content)), expected, 'labels');
  const error = JSON.parse(await (await client.files.content(now.error_file_id)).text());
  same([error.custom_id, error.response.status_code], ['r2', 400], 'error file');
  const ids = [];
  for await (const one of client.batches.list({ limit: 1 })) ids.push(one.id);
  sure(ids.includes(batch.id), 'not listed');
});

await check('batch cancelled', async () => {
  const file = await upload([line('r1', { messages })]);
  const batch = await client.batches.create({ input_file_id: file.id, endpoint: '/v1/chat/completions', completion_window: '24h' });
  same((await client.batches.cancel(batch.id)).status, 'cancelling', 'status');
  await simulator('POST', 'clock', { advanceMinutes: 1 });
  same((await client.batches.retrieve(batch.id)).status, 'cancelled', 'status');
});

await check('429 and 503 are retried by the client', async () => {
  await simulator('DELETE', 'calls');
  await simulator('POST', 'dials/F1', { count: 1, target: '0.05' });
  await simulator('POST', 'dials/F4', { count: 1, target: '503' });
  const answer = await client.chat.completions.create({ model, messages, response_format });
  same(labels(JSON.parse(answer.choices[0].message.content)), expected, 'labels');
  const calls = await (await simulator('GET', 'calls')).json();
  same(calls.calls.map((call) => call.status).reverse(), [429, 503, 200], 'statuses');
});

await check('error classes', async () => {
  const stranger = new OpenAI({ baseURL: `${base}/openai/v1/`, apiKey: 'other', maxRetries: 0 });
  await refused(stranger.chat.completions.create({ model, messages }), OpenAI.AuthenticationError, 401, '401');
  const outsider = new OpenAI({ baseURL: `${base}/openai/v1/`, apiKey: 'sim-entra-no-role', maxRetries: 0 });
  await refused(outsider.chat.completions.create({ model, messages }), OpenAI.PermissionDeniedError, 403, 'PermissionDenied');
  await refused(impatient.chat.completions.create({ model: 'none', messages }), OpenAI.NotFoundError, 404, 'DeploymentNotFound');
  await simulator('POST', 'dials/F44-filter', { count: 1 });
  const filtered = await refused(impatient.chat.completions.create({ model, messages }), OpenAI.BadRequestError, 400, 'content_filter');
  same(filtered.error.innererror.code, 'ResponsibleAIPolicyViolation', 'innererror');
  await refused(impatient.chat.completions.create({ model, messages, response_format: { type: 'json_schema', json_schema: { name: 'x', strict: true, schema: { type: 'object', properties: {} } } } }),
    OpenAI.BadRequestError, 400, 'BadRequest');
  await simulator('POST', 'dials/F2', { count: 1 });
  await refused(impatient.chat.completions.create({ model, messages }), OpenAI.RateLimitError, 429, 'RateLimitReached');
  await simulator('POST', 'dials/F4', { count: 1, target: '500' });
  await refused(impatient.chat.completions.create({ model, messages }), OpenAI.InternalServerError, 500, 'InternalServerError');
});

await check('rate limit headers', async () => {
  const { response } = await client.chat.completions.create({ model, messages, max_completion_tokens: 50 }).withResponse();
  const limit = Number(response.headers.get('x-ratelimit-limit-requests'));
  const left = Number(response.headers.get('x-ratelimit-remaining-requests'));
  sure(limit > 0 && left >= 0 && left < limit, `${left} of ${limit}`);
  sure(response.headers.get('x-request-id'), 'no request id');
});

process.exit(failed === 0 ? 0 : 1);
