// Runs one client through scenarios and prints what its caller gets, a line of JSON each. The clients are as they come: no retries
// are switched off, nothing of them is replaced.
//   node clients.mjs <client> <address of /xai> <scenario>...

const [client, base, ...scenarios] = process.argv.slice(2);
const apiKey = 'key-of-a-caller';
const model = 'grok-4';
const schema = {type: 'object', properties: {city: {type: 'string'}}, required: ['city'], additionalProperties: false};
const calling = '[fault:tool-call]';
const breaking = 'one two three [fault:stream-error]';

async function openai() {
  const {default: OpenAI} = await import('openai');
  const completions = new OpenAI({apiKey, baseURL: base + '/v1'}).chat.completions;
  const ask = (content, more) => completions.create({model, messages: [{role: 'user', content}], ...more});
  return {
    plain: async () => (await ask('hello')).choices[0].message.content,
    stream: async (content, signal) => (async function* () {
      for await (const piece of await completions.create({model, messages: [{role: 'user', content}], stream: true}, {signal})) {
        yield piece.choices[0].delta.content ?? '';
      }
    })(),
    tools: async () => (await ask(calling, {tools: [{type: 'function', function: {name: 'look_up', parameters: schema}}]}))
        .choices[0].message.tool_calls[0].function.name,
    structured: async () => JSON.parse((await ask('hello', {response_format: {type: 'json_schema', json_schema: {name: 'answer', schema}}}))
        .choices[0].message.content).city,
  };
}

async function openaiResponses() {
  const {default: OpenAI} = await import('openai');
  const responses = new OpenAI({apiKey, baseURL: base + '/v1'}).responses;
  return {
    plain: async () => (await responses.create({model, input: 'hello'})).output_text,
    stream: async (input, signal) => (async function* () {
      for await (const event of await responses.create({model, input, stream: true}, {signal})) {
        if (event.type === 'error') throw new Error(event.message); // this client hands it on as an event
        yield event.type === 'response.output_text.delta' ? event.delta : '';
      }
    })(),
    tools: async () => (await responses.create({model, input: calling, tools: [{type: 'function', name: 'look_up', parameters: schema}]})).output[0].name,
    structured: async () => JSON.parse((await responses.create({model, input: 'hello',
      text: {format: {type: 'json_schema', name: 'answer', schema}}})).output_text).city,
  };
}

async function aiSdk(api = 'chat') {
  const {generateText, streamText, Output, tool, jsonSchema} = await import('ai');
  const {createXai} = await import('@ai-sdk/xai');
  const xai = createXai({apiKey, baseURL: base + '/v1'})[api](model);
  return {
    plain: async () => (await generateText({model: xai, prompt: 'hello'})).text,
    stream: async (prompt, abortSignal) => {
      let failure;
      const result = streamText({model: xai, prompt, abortSignal, onError: ({error}) => { failure = error; }});
      return (async function* () {
        for await (const piece of result.textStream) yield piece;
        if (failure) throw failure;
      })();
    },
    tools: async () => (await generateText({model: xai, prompt: calling,
      tools: {look_up: tool({description: 'Looks it up', inputSchema: jsonSchema({type: 'object', properties: {}})})}})).toolCalls[0].toolName,
    structured: async () => (await generateText({model: xai, prompt: 'hello', output: Output.object({schema: jsonSchema(schema)})})).output.city,
  };
}

async function langchain() {
  const {ChatOpenAI} = await import('@langchain/openai');
  const chat = new ChatOpenAI({model, apiKey, configuration: {baseURL: base + '/v1'}});
  return {
    plain: async () => (await chat.invoke('hello')).content,
    stream: async (prompt, signal) => (async function* () {
      for await (const piece of await chat.stream(prompt, {signal})) yield piece.content;
    })(),
    tools: async () => (await chat.bindTools([{type: 'function', function: {name: 'look_up', description: 'Looks it up', parameters: schema}}])
        .invoke(calling)).tool_calls[0].name,
    structured: async () => (await chat.withStructuredOutput(schema, {name: 'answer', method: 'jsonSchema'}).invoke('hello')).city,
  };
}

async function anthropic() {
  const {default: Anthropic} = await import('@anthropic-ai/sdk');
  const messages = new Anthropic({apiKey, baseURL: base}).messages;
  const {jsonSchemaOutputFormat} = await import('@anthropic-ai/sdk/helpers/json-schema');
  const ask = content => ({model, max_tokens: 100, messages: [{role: 'user', content}]});
  return {
    plain: async () => (await messages.create(ask('hello'))).content[0].text,
    stream: async (content, signal) => (async function* () {
      for await (const piece of await messages.create({...ask(content), stream: true}, {signal})) yield piece.delta?.text ?? '';
    })(),
    tools: async () => (await messages.create({...ask(calling), tools: [{name: 'look_up', input_schema: schema}]})).content[0].name,
    structured: async () => (await messages.parse({...ask('hello'), output_config: {format: jsonSchemaOutputFormat(schema)}})).parsed_output.city,
  };
}

async function run(scenario) {
  const calls = await ({openai, 'openai-responses': openaiResponses, 'ai-sdk': aiSdk, 'ai-sdk-responses': () => aiSdk('responses'), langchain,
    anthropic})[client]();
  if (calls[scenario] && scenario !== 'stream') {
    return await calls[scenario]();
  }
  const abort = new AbortController();
  let got = '';
  const pieces = (await calls.stream(scenario === 'broken' ? breaking : 'hello', abort.signal))[Symbol.asyncIterator]();
  for (let piece = await pieces.next(); !piece.done; piece = await pieces.next()) {
    got += piece.value;
    if (scenario === 'abort' && got) {
      abort.abort();
      break;
    }
  }
  return got;
}

process.on('unhandledRejection', () => {}); // one of them leaves a promise to nobody when it is aborted

for (const scenario of scenarios) {
  const result = await run(scenario).then(got => ({got}), failed => ({error: String(failed?.lastError?.message ?? failed?.message ?? failed)}));
  console.log(JSON.stringify({scenario, ...result}));
}
setTimeout(() => process.exit(0), 100); // some keep connections open
