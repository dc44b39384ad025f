type Json = Record<string, any>;

/**
 * The part of a template that moto can deploy: the resources of the given types, and what they and the outputs about them
 * need. Rules go, since CDK's own ask SSM for the bootstrap version.
 */
export function filterTemplate(template: object, keepTypes: string[]): object {
  const { Rules: _, ...source } = template as Json;
  const all: Json = source.Resources ?? {};
  const kept = select(all, (id) => keepTypes.includes(all[id].Type));
  const isDropped = (id: string) => id in all && !(id in kept);

  const resources: Json = {};
  for (const [id, resource] of Object.entries(kept)) {
    const { DependsOn, ...rest } = resource;
    const missing = [...references(rest)].filter(isDropped);
    if (missing.length > 0) {
      throw new Error(`resource '${id}' refers to ${missing.join(', ')}, which is left out; keep its type as well`);
    }
    const dependencies = [DependsOn ?? []].flat().filter((dependency) => !isDropped(dependency));
    resources[id] = { ...rest, ...(dependencies.length > 0 ? { DependsOn: dependencies } : {}) };
  }

  const outputs = select(source.Outputs ?? {}, (id) => ![...references(source.Outputs[id])].some(isDropped));
  const conditions = neededConditions(source.Conditions ?? {}, { resources, outputs });
  const used = references({ resources, outputs, conditions });
  const parameters = select(source.Parameters ?? {}, (id) => used.has(id));

  return withoutEmpty({ ...source, Resources: resources, Outputs: outputs, Conditions: conditions, Parameters: parameters });
}

function neededConditions(conditions: Json, users: object): Json {
  const needed = conditionNames(users);
  // A set visits what is added while it is walked: conditions may name further conditions.
  for (const name of needed) conditionNames(conditions[name]).forEach((inner) => needed.add(inner));
  return select(conditions, (name) => needed.has(name));
}

/**
 * The logical ids of the resources and parameters that a piece of a template refers to.
 */
function references(value: unknown): Set<string> {
  const found = new Set<string>();
  walk(value, (key, operand) => {
    if (key === 'Ref') found.add(operand as string);
    if (key === 'Fn::GetAtt') found.add(Array.isArray(operand) ? operand[0] : (operand as string).split('.')[0]);
    if (key === 'Fn::Sub') {
      const text = Array.isArray(operand) ? operand[0] : operand;
      for (const [, id] of (text as string).matchAll(/\$\{([^!.}]+)[^}]*\}/g)) found.add(id);
    }
  });
  return found;
}

function conditionNames(value: unknown): Set<string> {
  const found = new Set<string>();
  walk(value, (key, operand) => {
    if (key === 'Condition' && typeof operand === 'string') found.add(operand);
    if (key === 'Fn::If') found.add((operand as string[])[0]);
  });
  return found;
}

function walk(value: unknown, visit: (key: string, operand: unknown) => void): void {
  if (typeof value !== 'object' || value === null) return;
  for (const [key, operand] of Object.entries(value)) {
    visit(key, operand);
    walk(operand, visit);
  }
}

function select(entries: Json, keep: (key: string) => boolean): Json {
  return Object.fromEntries(Object.entries(entries).filter(([key]) => keep(key)));
}

function withoutEmpty(sections: Json): Json {
  return select(sections, (name) => typeof sections[name] !== 'object' || Object.keys(sections[name]).length > 0);
}
