// Drives HubSpot's own client, unmodified but for its base address, against a running simulator.
// Usage: node check.mjs BASE TOKEN WEBHOOK_PORT WEBHOOK_SECRET
// Prints "ok NAME" or "FAIL NAME reason" per check; the exit code is 1 if any failed.
import { once } from 'node:events';
import { createServer } from 'node:http';
import assert from 'node:assert/strict';
import { Client, Signature } from '@hubspot/api-client';
import { check, failures, refused } from './harness.mjs';

const [basePath, accessToken, webhookPort, webhookSecret] = process.argv.slice(2);
const client = new Client({ accessToken, basePath, numberOfApiCallRetries: 3 });
const { crm } = client;
const activities = {
  notes: ['hs_note_body', 202], calls: ['hs_call_body', 194], emails: ['hs_email_text', 198],
  meetings: ['hs_meeting_body', 200], tasks: ['hs_task_body', 204],
};
const now = new Date().toISOString();
const later = [];

const window = (lastId, properties) => ({
  filterGroups: [{ filters: [
    { propertyName: 'hs_lastmodifieddate', operator: 'GTE', value: '0' },
    { propertyName: 'hs_object_id', operator: 'GT', value: lastId },
  ] }],
  sorts: [{ propertyName: 'hs_object_id', direction: 'ASCENDING' }], properties, limit: 20, after: '0',
});

// The retries of the client wait for ten seconds; everything else goes on meanwhile.
later.push(check('retry 429 TEN_SECONDLY_ROLLING', async () => {
  const answer = await crm.pipelines.pipelinesApi.getAll('tickets');
  assert.equal(answer.results[0].id, '0');
}));
later.push(check('retry 429 SECONDLY', async () => {
  const answer = await crm.tickets.searchApi.doSearch({ filterGroups: [], sorts: [], properties: [], limit: 1, after: '0' });
  assert.equal(answer.results.length, 0);
}));
later.push(check('retry 500', async () => assert.ok((await crm.companies.basicApi.getPage(1)).results.length === 1)));

const received = [];
const receiver = createServer((request, response) => {
  const chunks = [];
  request.on('data', chunk => chunks.push(chunk));
  request.on('end', () => {
    received.push({ url: `http://${request.headers.host}${request.url}`, headers: request.headers, body: Buffer.concat(chunks).toString('utf8') });
    response.end();
  });
}).listen(Number(webhookPort), '127.0.0.1');
await once(receiver, 'listening');

const ids = {};
for (const [type, [body, toContact]] of Object.entries(activities)) {
  const api = crm.objects[type];
  await check(`search ${type} by id keyset`, async () => {
    ids[type] = [];
    let total;
    for (let last = '0'; ;) {
      const page = await api.searchApi.doSearch(window(last, [body, 'hs_timestamp']));
      total ??= page.total;
      if (page.results.length === 0) break;
      ids[type].push(...page.results.map(r => r.id));
      last = page.results.at(-1).id;
      assert.ok(page.results[0].createdAt instanceof Date);
      assert.ok(body in page.results[0].properties);
    }
    assert.ok(total > 10);
    assert.equal(ids[type].length, total);
  });
  await check(`search ${type} by after`, async () => {
    const first = await api.searchApi.doSearch({ ...window('0', []), limit: 5 });
    const second = await api.searchApi.doSearch({ ...window('0', []), limit: 5, after: first.paging.next.after });
    assert.deepEqual([...first.results, ...second.results].map(r => r.id), ids[type].slice(0, 10));
  });
  await check(`list ${type} getPage and associations`, async () => {
    const listed = [];
    let linked = 0;
    for (let after; ;) {
      const page = await api.basicApi.getPage(100, after, [body], undefined, ['contacts', 'deals']);
      listed.push(...page.results.map(r => r.id));
      linked += page.results.filter(r => r.associations?.contacts?.results.length > 0).length;
      after = page.paging?.next.after;
      if (!after) break;
    }
    assert.deepEqual(listed, ids[type]);
    assert.ok(linked > 0);
  });
  await check(`batch read ${type} with 207`, async () => {
    const asked = ids[type].slice(0, 3);
    const good = await api.batchApi.read({ inputs: asked.map(id => ({ id })), properties: [body], propertiesWithHistory: [] });
    assert.deepEqual(good.results.map(r => r.id).sort(), [...asked].sort());
    const mixed = await api.batchApi.read({ inputs: [...asked, '7'].map(id => ({ id })), properties: [body], propertiesWithHistory: [body] });
    assert.equal(mixed.numErrors, 1);
    assert.equal(mixed.errors[0].category, 'OBJECT_NOT_FOUND');
    assert.deepEqual(mixed.errors[0].context.ids, ['7']);
    const histories = mixed.results.map(r => r.propertiesWithHistory[body]).filter(history => history.length > 0);
    assert.ok(histories.every(([newest]) => newest.sourceType === 'CRM_UI' && newest.timestamp instanceof Date));
    assert.ok(histories.length > 0 || type === 'tasks');
  });
  await check(`batch create, update, archive ${type}`, async () => {
    const contact = (await crm.contacts.basicApi.getPage(1)).results[0].id;
    const made = await api.batchApi.create({ inputs: ['one', 'two'].map(text => ({
      properties: { hs_timestamp: now, [body]: text },
      associations: [{ to: { id: contact }, types: [{ associationCategory: 'HUBSPOT_DEFINED', associationTypeId: toContact }] }],
    })) });
    assert.equal(made.results.length, 2);
    const [first, second] = made.results.map(r => r.id);
    const mixed = await api.batchApi.update({ inputs: [first, '7'].map(id => ({ id, properties: { [body]: 'changed' } })) });
    assert.equal(mixed.numErrors, 1);
    assert.equal(mixed.results[0].properties[body], 'changed');
    await api.batchApi.archive({ inputs: [{ id: first }] });
    await api.basicApi.archive(second);
    await refused(api.basicApi.getById(first), 404, 'OBJECT_NOT_FOUND');
    const bin = await api.basicApi.getPage(100, undefined, [body], undefined, undefined, true);
    assert.ok(bin.results.every(r => r.archived && r.archivedAt instanceof Date));
    assert.ok(bin.results.some(r => r.id === first));
  });
}

await check('create, update, history of one call', async () => {
  const made = await crm.objects.calls.basicApi.create({ properties: { hs_timestamp: now, hs_call_title: 'Intro' }, associations: [] });
  await crm.objects.calls.basicApi.update(made.id, { properties: { hs_call_title: 'Intro, second try' } });
  const read = await crm.objects.calls.basicApi.getById(made.id, ['hs_call_title'], ['hs_call_title']);
  const history = read.propertiesWithHistory.hs_call_title;
  assert.deepEqual(history.map(h => h.value), ['Intro, second try', 'Intro']);
  assert.equal(history[0].sourceType, 'INTEGRATION');
  const error = await refused(crm.objects.calls.basicApi.update(made.id, { properties: { hs_call_status: 'SINGING' } }), 400, 'VALIDATION_ERROR');
  assert.match(error.body.message, /^Property values were not valid: \[/);
});

for (const type of ['contacts', 'companies', 'deals', 'tickets']) {
  await check(`getAll ${type}`, async () => {
    const all = await crm[type].getAll(undefined, undefined, ['hubspot_owner_id']);
    assert.equal(new Set(all.map(r => r.id)).size, all.length);
    assert.ok(all.length > (type === 'tickets' ? -1 : 10));
  });
}
await check('generic objects api by type id', async () => {
  const page = await crm.objects.basicApi.getPage('0-3', 5, undefined, ['dealname'], ['dealstage']);
  assert.equal(page.results.length, 5);
  assert.ok(page.results[0].propertiesWithHistory.dealstage.length > 0);
});
await check('upsert and idProperty', async () => {
  const input = { id: 'client.check@northwick.example', idProperty: 'email', properties: { jobtitle: 'Tester' } };
  const first = await crm.contacts.batchApi.upsert({ inputs: [input] });
  assert.equal(first.results[0]._new, true);
  const second = await crm.contacts.batchApi.upsert({ inputs: [input] });
  assert.equal(second.results[0]._new, false);
  const read = await crm.contacts.basicApi.getById(input.id, ['jobtitle'], undefined, undefined, false, 'email');
  assert.equal(read.properties.jobtitle, 'Tester');
  await crm.contacts.basicApi.purge({ objectId: read.id });
  await refused(crm.contacts.basicApi.getById(read.id), 404);
});
await check('merge companies', async () => {
  const [merged, survivor] = (await crm.companies.basicApi.getPage(2)).results.map(r => r.id);
  await crm.companies.basicApi.merge({ primaryObjectId: survivor, objectIdToMerge: merged });
  assert.equal((await crm.companies.basicApi.getById(merged)).id, survivor);
});

const group = { name: 'crmsync', label: 'CrmSync', displayOrder: -1 };
const options = ['Demo', 'Negotiation'].map((value, displayOrder) => ({ label: value, value, displayOrder, hidden: false }));
const stage = { name: 'crmsync_stage', label: 'Stage', type: 'enumeration', fieldType: 'select', groupName: 'crmsync', options };
await check('property groups', async () => {
  const { groupsApi } = crm.properties;
  assert.equal((await groupsApi.create('calls', group)).name, 'crmsync');
  await refused(groupsApi.create('calls', group), 409, 'OBJECT_ALREADY_EXISTS');
  assert.equal((await groupsApi.update('calls', 'crmsync', { label: 'Labels' })).label, 'Labels');
  assert.equal((await groupsApi.getByName('calls', 'crmsync')).label, 'Labels');
  assert.ok((await groupsApi.getAll('calls')).results.length >= 2);
});
await check('properties', async () => {
  const { coreApi } = crm.properties;
  const made = await coreApi.create('calls', stage);
  assert.equal(made.options.length, 2);
  assert.ok(made.createdAt instanceof Date);
  const taken = await refused(coreApi.create('calls', stage), 409, 'OBJECT_ALREADY_EXISTS');
  assert.equal(taken.body.subCategory, 'Properties.PROPERTY_WITH_NAME_EXISTS');
  const third = { label: 'Closed', value: 'Closed', displayOrder: 2, hidden: false };
  assert.equal((await coreApi.update('calls', 'crmsync_stage', { options: [...options, third] })).options.length, 3);
  assert.equal((await coreApi.getByName('calls', 'crmsync_stage')).modificationMetadata.archivable, true);
  assert.ok((await coreApi.getAll('calls')).results.some(p => p.name === 'hs_call_disposition' && p.options.length === 6));
  await coreApi.archive('calls', 'crmsync_stage');
  await refused(coreApi.getByName('calls', 'crmsync_stage'), 404, 'OBJECT_NOT_FOUND');
  assert.equal((await coreApi.create('calls', stage)).options.length, 3);
  await refused(coreApi.create('notes', { ...stage, groupName: 'noteinformation' }), 403, 'MISSING_SCOPES');
});
await check('property batches', async () => {
  const { batchApi } = crm.properties;
  const text = name => ({ name, label: name, type: 'string', fieldType: 'text', groupName: 'crmsync' });
  assert.equal((await batchApi.create('calls', { inputs: [text('crmsync_a'), text('crmsync_b')] })).results.length, 2);
  const mixed = await batchApi.read('calls', { archived: false, inputs: [{ name: 'crmsync_a' }, { name: 'crmsync_none' }] });
  assert.equal(mixed.numErrors, 1);
  await batchApi.archive('calls', { inputs: [{ name: 'crmsync_a' }, { name: 'crmsync_b' }] });
  const archived = await batchApi.read('calls', { archived: true, inputs: [{ name: 'crmsync_a' }] });
  assert.equal(archived.results[0].archived, true);
});

await check('associations batch read and 207', async () => {
  const answer = await crm.associations.v4.batchApi.getPage('notes', 'contacts', { inputs: [...ids.notes, '7'].map(id => ({ id })) });
  assert.ok(answer.results.length > 10);
  assert.equal(answer.results[0].to[0].associationTypes[0].typeId, 202);
  assert.ok(answer.errors.some(e => e.subCategory === 'crm.associations.NO_ASSOCIATIONS_FOUND' && e.context.fromObjectId[0] === '7'));
});
await check('associations create, default, page, archive', async () => {
  const { basicApi, batchApi } = crm.associations.v4;
  const [note, task] = [ids.notes[0], ids.tasks[0]];
  const deal = (await crm.deals.basicApi.getPage(1)).results[0].id;
  const made = await batchApi.create('notes', 'deals',
    { inputs: [{ _from: { id: note }, to: { id: deal }, types: [{ associationCategory: 'HUBSPOT_DEFINED', associationTypeId: 214 }] }] });
  assert.equal(made.results[0].toObjectTypeId, '0-3');
  assert.ok((await basicApi.getPage('notes', note, 'deals', undefined, 500)).results.some(r => String(r.toObjectId) === deal));
  const single = await basicApi.create('tasks', task, 'deals', deal, [{ associationCategory: 'HUBSPOT_DEFINED', associationTypeId: 216 }]);
  assert.deepEqual(single.labels, []);
  const standard = await basicApi.createDefault('tasks', task, 'deals', deal);
  assert.equal(standard.results[0].associationSpec.associationTypeId, 216);
  assert.equal((await batchApi.createDefault('tasks', 'deals', { inputs: [{ _from: { id: task }, to: { id: deal } }] })).results[0].to.id, deal);
  await basicApi.archive('tasks', task, 'deals', deal);
  await batchApi.archive('notes', 'deals', { inputs: [{ _from: { id: note }, to: [{ id: deal }] }] });
  assert.ok(!(await basicApi.getPage('notes', note, 'deals')).results.some(r => String(r.toObjectId) === deal));
});
await check('association labels', async () => {
  const { definitionsApi } = crm.associations.v4.schema;
  const seeded = await definitionsApi.getAll('deals', 'contacts');
  assert.ok(seeded.results.some(t => t.category === 'USER_DEFINED' && t.label === 'Decision maker'));
  const made = await definitionsApi.create('contacts', 'deals', { name: 'champion', label: 'Champion' });
  const { typeId } = made.results[0];
  await definitionsApi.update('contacts', 'deals', { associationTypeId: typeId, label: 'Our champion' });
  const contact = (await crm.contacts.basicApi.getPage(1)).results[0].id;
  const deal = (await crm.deals.basicApi.getPage(1)).results[0].id;
  const types = [{ associationCategory: 'USER_DEFINED', associationTypeId: typeId }];
  assert.deepEqual((await crm.associations.v4.basicApi.create('contacts', contact, 'deals', deal, types)).labels, ['Our champion']);
  await crm.associations.v4.batchApi.archiveLabels('contacts', 'deals', { inputs: [{ _from: { id: contact }, to: { id: deal }, types }] });
  await definitionsApi.remove('contacts', 'deals', typeId);
});

await check('owners', async () => {
  const page = await crm.owners.ownersApi.getPage(undefined, undefined, 3);
  assert.equal(page.results.length, 3);
  assert.equal(page.results[0].teams[0].primary, true);
  const byUser = await crm.owners.ownersApi.getById(page.results[1].userId, 'userId');
  assert.equal(byUser.id, page.results[1].id);
  const next = await crm.owners.ownersApi.getPage(undefined, page.paging.next.after, 3);
  assert.ok(Number(next.results[0].id) > Number(page.results[2].id));
  assert.ok((await crm.owners.ownersApi.getPage(undefined, undefined, 100, true)).results.every(o => o.archived));
});
await check('pipelines and stages', async () => {
  const [pipeline] = (await crm.pipelines.pipelinesApi.getAll('deals')).results;
  assert.equal(pipeline.stages.length, 6);
  assert.equal(pipeline.createdAt.getTime(), 0);
  assert.equal((await crm.pipelines.pipelinesApi.getById('deals', pipeline.id)).label, pipeline.label);
  assert.equal((await crm.pipelines.pipelineStagesApi.getAll('deals', pipeline.id)).results.length, 6);
  assert.equal((await crm.pipelines.pipelineStagesApi.getById('deals', pipeline.id, 'closedwon')).metadata.isClosed, 'true');
});
await check('account details, limits, dispositions by apiRequest', async () => {
  const get = async path => (await client.apiRequest({ path })).json();
  assert.ok((await get('/account-info/v3/details')).portalId > 0);
  assert.ok((await get('/crm/v3/limits/custom-properties')).byObjectType.length === 9);
  assert.equal((await get('/calling/v1/dispositions')).length, 6);
});
await check('oauth refresh and token information', async () => {
  const token = await client.oauth.tokensApi.create('refresh_token', undefined, undefined, 'client', 'hidden', 'refresh');
  assert.equal(token.expiresIn, 1800);
  const about = await client.oauth.accessTokensApi.get(token.accessToken);
  assert.ok(about.hubId > 0);
  assert.equal((await client.oauth.refreshTokensApi.get('refresh')).clientId, 'client');
  const issued = new Client({ accessToken: token.accessToken, basePath, numberOfApiCallRetries: 3 });
  assert.equal((await issued.crm.owners.ownersApi.getPage(undefined, undefined, 1)).results.length, 1);
  const dead = await refused(client.oauth.tokensApi.create('refresh_token', undefined, undefined, 'client', 'hidden', 'gone'), 400);
  assert.equal(dead.body.status, 'BAD_REFRESH_TOKEN');
});
await check('401 and 404', async () => {
  const stranger = new Client({ accessToken: 'nobody', basePath, numberOfApiCallRetries: 3 });
  await refused(stranger.crm.owners.ownersApi.getPage(), 401, 'INVALID_AUTHENTICATION');
  await refused(crm.objects.basicApi.getPage('rockets'), 404);
});
await check('webhook signature', async () => {
  const until = Date.now() + 10_000;
  while (received.length === 0 && Date.now() < until) await new Promise(done => setTimeout(done, 50));
  const { url, headers, body } = received[0];
  const signed = { method: 'POST', signatureVersion: 'v3', url, requestBody: body, clientSecret: webhookSecret,
    signature: headers['x-hubspot-signature-v3'], timestamp: Number(headers['x-hubspot-request-timestamp']) };
  assert.equal(Signature.isValid(signed), true);
  assert.equal(Signature.isValid({ ...signed, requestBody: `${body} ` }), false);
  assert.equal(JSON.parse(body)[0].subscriptionType, 'object.creation');
});

await Promise.all(later);
receiver.close();
receiver.closeAllConnections();
process.exitCode = failures() === 0 ? 0 : 1;
