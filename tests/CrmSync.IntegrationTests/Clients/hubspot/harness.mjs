import assert from 'node:assert/strict';

let failed = 0;

/** Runs one check and prints its line. */
export async function check(name, action) {
  try {
    await action();
    console.log(`ok ${name}`);
  } catch (error) {
    failed++;
    console.log(`FAIL ${name} ${String(error?.stack ?? error).replaceAll('\n', ' | ').slice(0, 600)}`);
  }
}

/** Waits for a call to be refused with a status, and a category where one is named; the error is the answer. */
export async function refused(promise, status, category) {
  try {
    await promise;
  } catch (error) {
    assert.equal(error.code, status);
    if (category) assert.equal(error.body.category, category);
    return error;
  }
  throw new Error(`expected ${status}, but the call succeeded`);
}

/** How many checks failed. */
export const failures = () => failed;
