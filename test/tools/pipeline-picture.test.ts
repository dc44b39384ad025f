import { readFileSync } from 'node:fs';
import { pipelinePicture, PIPELINE_PICTURE } from '../../tools/pipeline-picture';

test('the picture of the README is what its source gives', () => {
  expect(readFileSync(PIPELINE_PICTURE, 'utf8')).toBe(pipelinePicture());
});

test('whoever does not see it is told the steps', () => {
  expect(/<desc id="description">(.*)<\/desc>/.exec(pipelinePicture())?.[1]).toMatch(/^build: .*; tag: .*; lock: .*; gate: .*; deploy: /);
});
