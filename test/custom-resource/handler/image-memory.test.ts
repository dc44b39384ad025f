import { imageHash, readMemory, writeMemory } from '../../../src/custom-resource/handler/image-memory';

const hashes = Array.from({ length: 50 }, (_, i) => imageHash([`${i}`]));

test('what is hashed, and how, stays the same for later releases', () => {
  const arn = 'arn:aws:ecr:eu-west-1:123456789012:repository/api';
  expect(imageHash([arn, `sha256:${'a'.repeat(64)}`, 'scanned', 'HIGH', undefined])).toBe('XKcpMal2DqW0Oe8MIamMC8');
});

test('40 are remembered, each once, the newest first, in less than CloudFormation takes', () => {
  const physicalId = writeMemory([hashes[7], ...hashes]);
  expect(Buffer.byteLength(physicalId)).toBeLessThanOrEqual(1_024);
  expect(readMemory(physicalId)).toEqual([hashes[7], ...hashes.filter((_, i) => i !== 7)].slice(0, 40));
});

test.each(['', 'unresolved', 'Service-Gate-1ABCDEFGHIJKL', 'a,b'])('%j remembers nothing', physicalId => {
  expect(readMemory(physicalId)).toEqual([]);
});
