/** A model without a network: it selects the only function, calls it, and says what it returned. */
export async function model(_url: unknown, init?: { body?: unknown }): Promise<Response> {
  const { tools = [] } = JSON.parse(String(init!.body)) as {
    tools?: { function: { name: string } }[];
  };
  const names = tools.map((tool) => tool.function.name);
  if (names.includes("selectFunctions")) {
    return answer(toolCall("selectFunctions", {
      functions: [{ name: "plus", reason: "The user asks for a sum" }],
    }));
  }
  if (names.includes("plus")) return answer(toolCall("plus", { x: 2, y: 3 }));
  return answer({ role: "assistant", content: "It is " }, { content: "5." });
}

function toolCall(name: string, args: object): object {
  const call = { name, arguments: JSON.stringify(args) };
  const tool_calls = [{ index: 0, id: "1", type: "function", function: call }];
  return { role: "assistant", content: null, tool_calls };
}

/** The stream of OpenAI's API. */
function answer(...deltas: object[]): Response {
  const head = { id: "1", object: "chat.completion.chunk", created: 1, model: "local" };
  const choices = deltas.map((delta) => ({ index: 0, delta, finish_reason: null as string | null }));
  choices.push({ index: 0, delta: {}, finish_reason: "stop" });
  const chunks = choices.map((choice) => JSON.stringify({ ...head, choices: [choice] }));
  const text = [...chunks, "[DONE]"].map((chunk) => `data: ${chunk}\n\n`).join("");
  return new Response(text, { headers: { "content-type": "text/event-stream" } });
}
