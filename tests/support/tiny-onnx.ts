/**
 * An ONNX model of a few hundred bytes, written by hand: every token has three logits, and those of a text are their sum.
 * Field numbers: https://github.com/onnx/onnx/blob/main/onnx/onnx.proto3
 */
const MODEL = { irVersion: 1, graph: 7, opset: 8 };
const OPSET = { version: 2 };
const GRAPH = { node: 1, name: 2, initializer: 5, input: 11, output: 12 };
const NODE = { input: 1, output: 2, type: 4, attribute: 5 };
const ATTRIBUTE = { name: 1, int: 3, ints: 8, type: 20 };
const TENSOR = { dims: 1, type: 2, name: 8, raw: 9 };
const VALUE = { name: 1, type: 2 };
const FLOAT = 1;
const INT64 = 7;
const ATTRIBUTE_INT = 2;
const ATTRIBUTE_INTS = 7;

/** `logits`: three of each token of the vocabulary, by its id. */
export function tinyOnnx(logits: readonly (readonly [number, number, number])[]): Uint8Array {
  const table = message(
    number(TENSOR.dims, logits.length),
    number(TENSOR.dims, 3),
    number(TENSOR.type, FLOAT),
    text(TENSOR.name, 'table'),
    bytes(TENSOR.raw, new Uint8Array(Float32Array.from(logits.flat()).buffer)),
  );
  const look = message(
    text(NODE.input, 'table'),
    text(NODE.input, 'input_ids'),
    text(NODE.output, 'each'),
    text(NODE.type, 'Gather'),
  );
  const sum = message(
    text(NODE.input, 'each'),
    text(NODE.output, 'logits'),
    text(NODE.type, 'ReduceSum'),
    attribute('axes', ATTRIBUTE.ints, 1, ATTRIBUTE_INTS),
    attribute('keepdims', ATTRIBUTE.int, 0, ATTRIBUTE_INT),
  );
  const graph = message(
    bytes(GRAPH.node, look),
    bytes(GRAPH.node, sum),
    text(GRAPH.name, 'tiny'),
    bytes(GRAPH.initializer, table),
    ...['input_ids', 'attention_mask', 'token_type_ids'].map((name) =>
      bytes(GRAPH.input, value(name, INT64, [1, 'tokens'])),
    ),
    bytes(GRAPH.output, value('logits', FLOAT, [1, 3])),
  );
  return message(
    number(MODEL.irVersion, 6),
    bytes(MODEL.graph, graph),
    bytes(MODEL.opset, number(OPSET.version, 11)),
  );
}

function attribute(name: string, field: number, of: number, type: number): Uint8Array {
  return bytes(
    NODE.attribute,
    message(text(ATTRIBUTE.name, name), number(field, of), number(ATTRIBUTE.type, type)),
  );
}

function value(name: string, type: number, shape: readonly (number | string)[]): Uint8Array {
  const dims = shape.map((size) =>
    bytes(1, typeof size === 'number' ? number(1, size) : text(2, size)),
  );
  const tensor = message(number(1, type), bytes(2, message(...dims)));
  return message(text(VALUE.name, name), bytes(VALUE.type, bytes(1, tensor)));
}

// Protocol buffers: a field is its number and wire type, then a varint (0) or a length with as many bytes (2).
function message(...fields: readonly Uint8Array[]): Uint8Array {
  return Buffer.concat(fields);
}

function number(field: number, of: number): Uint8Array {
  return Uint8Array.from([...varint(field << 3), ...varint(of)]);
}

function bytes(field: number, content: Uint8Array): Uint8Array {
  return message(
    Uint8Array.from([...varint((field << 3) | 2), ...varint(content.length)]),
    content,
  );
}

function text(field: number, content: string): Uint8Array {
  return bytes(field, Buffer.from(content));
}

function varint(of: number): number[] {
  return of < 0x80 ? [of] : [(of & 0x7f) | 0x80, ...varint(of >>> 7)];
}
