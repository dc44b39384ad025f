/** In place of a digest that is not in the lock yet. No registry holds it and none accepts it, should a template with it ever be deployed. */
export const DUMMY_DIGEST = 'sha256:dummy-until-the-image-is-in-the-lock';
