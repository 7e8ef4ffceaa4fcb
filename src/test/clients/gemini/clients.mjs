// Runs one client through scenarios and prints what its caller gets, a line of JSON each. The clients are as they come: no retries
// are switched off, nothing of them is replaced.
//   node clients.mjs <client> <address of /gemini> <scenario>:<gateway key>...

const [client, base, ...scenarios] = process.argv.slice(2);
const model = 'gemini-2.5-flash';
const prompt = 'hello';
const parameters = {type: 'object', properties: {city: {type: 'string'}}, required: ['city']};
const schema = {type: 'OBJECT', properties: {city: {type: 'STRING'}}};
const declaration = {name: 'weather', description: 'The weather of a city', parameters: schema};

async function genai(apiKey) {
  const {GoogleGenAI} = await import('@google/genai');
  const models = new GoogleGenAI({apiKey, httpOptions: {baseUrl: base}}).models;
  const ask = config => models.generateContent({model, contents: prompt, config});
  const stream = async config => (async function* () {
    for await (const piece of await models.generateContentStream({model, contents: prompt, config})) yield piece.text ?? '';
  })();
  return {
    plain: async () => (await ask()).text,
    stream: signal => stream({abortSignal: signal}),
    tools: async () => (await ask({tools: [{functionDeclarations: [declaration]}]})).functionCalls[0].name,
    structured: async () => JSON.parse((await ask({responseMimeType: 'application/json', responseSchema: schema})).text).city,
  };
}

async function generativeAi(apiKey) {
  const {GoogleGenerativeAI} = await import('@google/generative-ai');
  const of = more => new GoogleGenerativeAI(apiKey).getGenerativeModel({model, ...more}, {baseUrl: base});
  return {
    plain: async () => (await of().generateContent(prompt)).response.text(),
    stream: async signal => (async function* () {
      for await (const piece of (await of().generateContentStream(prompt, {signal})).stream) yield piece.text();
    })(),
    tools: async () => (await of({tools: [{functionDeclarations: [declaration]}]}).generateContent(prompt)).response.functionCalls()[0].name,
    structured: async () => JSON.parse((await of({generationConfig: {responseMimeType: 'application/json', responseSchema: schema}})
        .generateContent(prompt)).response.text()).city,
  };
}

async function aiSdk(apiKey) {
  const {generateText, streamText, Output, tool, jsonSchema} = await import('ai');
  const {createGoogleGenerativeAI} = await import('@ai-sdk/google');
  const google = createGoogleGenerativeAI({apiKey, baseURL: base + '/v1beta'})(model);
  return {
    plain: async () => (await generateText({model: google, prompt})).text,
    stream: async signal => {
      let failure;
      const result = streamText({model: google, prompt, abortSignal: signal, onError: ({error}) => { failure = error; }});
      return (async function* () {
        for await (const piece of result.textStream) yield piece;
        if (failure) throw failure;
      })();
    },
    tools: async () => (await generateText({model: google, prompt,
      tools: {weather: tool({description: 'The weather of a city', inputSchema: jsonSchema(parameters)})}})).toolCalls[0].toolName,
    structured: async () => (await generateText({model: google, prompt, output: Output.object({schema: jsonSchema(parameters)})})).output.city,
  };
}

async function langchain(apiKey) {
  const {ChatGoogleGenerativeAI} = await import('@langchain/google-genai');
  const chat = new ChatGoogleGenerativeAI({model, apiKey, baseUrl: base});
  return {
    plain: async () => (await chat.invoke(prompt)).content,
    stream: async signal => (async function* () {
      for await (const piece of await chat.stream(prompt, {signal})) yield piece.content;
    })(),
    tools: async () => (await chat.bindTools([{type: 'function', function: {name: 'weather', description: 'The weather', parameters}}])
        .invoke(prompt)).tool_calls[0].name,
    structured: async () => (await chat.withStructuredOutput(parameters, {method: 'jsonSchema'}).invoke(prompt)).city,
  };
}

async function openai(apiKey) {
  const {default: OpenAI} = await import('openai');
  const completions = new OpenAI({apiKey, baseURL: base + '/v1beta/openai/'}).chat.completions;
  const messages = [{role: 'user', content: prompt}];
  return {
    plain: async () => (await completions.create({model, messages})).choices[0].message.content,
    stream: async signal => (async function* () {
      for await (const piece of await completions.create({model, messages, stream: true}, {signal})) yield piece.choices[0]?.delta?.content ?? '';
    })(),
    tools: async () => (await completions.create({model, messages, tools: [{type: 'function', function: {name: 'weather', parameters}}]}))
        .choices[0].message.tool_calls[0].function.name,
    structured: async () => JSON.parse((await completions.create({model, messages,
      response_format: {type: 'json_schema', json_schema: {name: 'answer', schema: parameters}}})).choices[0].message.content).city,
  };
}

async function run(scenario, apiKey) {
  const calls = await ({genai, 'generative-ai': generativeAi, 'ai-sdk': aiSdk, langchain, openai})[client](apiKey);
  if (scenario === 'plain' || scenario === 'tools' || scenario === 'structured') {
    return await calls[scenario]();
  }
  const abort = new AbortController();
  let got = '';
  const pieces = (await calls.stream(abort.signal))[Symbol.asyncIterator](); // never asked to return: some then wait for ever
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

for (const one of scenarios) {
  const [scenario, apiKey] = one.split(':');
  const result = await run(scenario, apiKey).then(got => ({got}), failed => ({error: String(failed?.lastError?.message ?? failed?.message ?? failed)}));
  console.log(JSON.stringify({scenario, ...result}));
}
setTimeout(() => process.exit(0), 100); // some keep connections open
