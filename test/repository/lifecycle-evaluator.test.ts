import { EvaluatedImage, evaluate } from './lifecycle-evaluator';
import * as data from './lifecycle-examples.json';
import { PolicyRule } from './lifecycle-policy-text';

test.each(data.examples.map(example => [example.name, example] as const))('%s of the Amazon ECR user guide', (_, example) => {
  expect(evaluate(example.rules as PolicyRule[], example.images as EvaluatedImage[])).toEqual({ expired: example.expired, archived: [] });
});
