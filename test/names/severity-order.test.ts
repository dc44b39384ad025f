import { FindingSeverity } from '../../src';
import { severitiesFrom, severityCalled } from '../../src/names/severity-order';

test('a severity and those above it, as ECR and Inspector call them', () => {
  expect(severitiesFrom(FindingSeverity.CRITICAL)).toEqual(['CRITICAL']);
  expect(severitiesFrom(FindingSeverity.MEDIUM)).toEqual(['CRITICAL', 'HIGH', 'MEDIUM']);
  expect(severitiesFrom(FindingSeverity.UNDEFINED)).toEqual(['CRITICAL', 'HIGH', 'MEDIUM', 'LOW', 'INFORMATIONAL', 'UNDEFINED', 'UNTRIAGED']);
});

test('every severity is in the order', () => {
  expect(Object.values(FindingSeverity).map(severity => severitiesFrom(severity)?.length)).toEqual([1, 2, 3, 4, 5, 7]);
  expect(severitiesFrom('SEVERE' as FindingSeverity)).toBeUndefined();
});

test('what the services call a severity', () => {
  expect(['CRITICAL', 'UNDEFINED', 'UNTRIAGED', 'critical', '', undefined].map(severityCalled)).toEqual(
    [FindingSeverity.CRITICAL, FindingSeverity.UNDEFINED, FindingSeverity.UNDEFINED, undefined, undefined, undefined]);
});
