// Libraries of other people use the API as they use WordPress's: they sign in, create, edit, list and delete.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import WPAPI from 'wpapi';
import { admin, start } from './server.js';

let site;
before(async () => { site = await start(); });
after(() => site.stop());

test('wpapi: an application password', async () => {
	const password = await site.headpress('user', 'app-password', admin.login, 'wpapi');
	const found = /<([^>]+)>; rel="https:\/\/api\.w\.org\/"/.exec((await fetch(site.base, { method: 'HEAD' })).headers.get('link'));
	const wp = new WPAPI({ endpoint: found[1], username: admin.login, password });
	assert.equal((await wp.users().me()).slug, admin.login);

	const made = await wp.posts().create({ title: 'By wpapi', content: 'One', status: 'publish' });
	assert.equal(made.title.rendered, 'By wpapi');
	const term = await wp.tags().create({ name: 'A tag' });
	const edited = await wp.posts().id(made.id).update({ title: 'Edited', tags: [term.id] });
	assert.deepEqual([edited.title.raw, edited.tags], ['Edited', [term.id]]);
	for (const n of [1, 2]) await wp.posts().create({ title: `More ${n}`, status: 'publish' });

	const first = await wp.posts().perPage(2).order('asc').orderby('id').embed();
	assert.equal(first._paging.totalPages, 2);
	assert.equal(first[1]._embedded['wp:term'][1][0].name, 'A tag');
	assert.deepEqual((await first._paging.next).map((post) => post.title.rendered), ['More 1', 'More 2']);

	assert.equal((await wp.posts().id(made.id).delete()).status, 'trash');
	assert.equal((await wp.posts().id(made.id).delete({ force: true })).deleted, true);
	await assert.rejects(wp.posts().id(made.id).get(), { code: 'rest_post_invalid_id' });
	await assert.rejects(new WPAPI({ endpoint: `${site.base}/wp-json` }).posts().create({ title: 'x' }), { code: 'rest_cannot_create' });
});

// What a browser does with cookies, for one site.
function cookieJar() {
	const jar = new Map();
	const plain = globalThis.fetch;
	globalThis.fetch = async (input, options = {}) => {
		const { pathname } = new URL(input);
		const cookies = [...jar.values()].filter((c) => pathname.startsWith(c.path)).map((c) => c.pair);
		const response = await plain(input, { ...options, headers: { ...options.headers, cookie: cookies.join('; ') } });
		for (const line of response.headers.getSetCookie()) {
			const pair = line.split(';')[0];
			const path = /path=([^;]+)/i.exec(line)[1];
			const key = `${pair.split('=')[0]} ${path}`;
			if (/max-age=0/i.test(line)) jar.delete(key);
			else jar.set(key, { pair, path });
		}
		return response;
	};
	return () => { globalThis.fetch = plain; };
}

test('@wordpress/api-fetch: a session with cookies and nonces', async () => {
	globalThis.window = globalThis;
	const { default: apiFetch } = await import('@wordpress/api-fetch');
	const restore = cookieJar();
	try {
		await fetch(`${site.base}/wp-login.php`);
		const form = new URLSearchParams({ log: admin.login, pwd: admin.password, testcookie: '1', redirect_to: '/here' });
		const login = await fetch(`${site.base}/wp-login.php`, { method: 'POST', body: form, redirect: 'manual' });
		assert.deepEqual([login.status, login.headers.get('location')], [302, '/here']);

		apiFetch.nonceEndpoint = `${site.base}/wp-admin/admin-ajax.php?action=rest-nonce`;
		apiFetch.nonceMiddleware = apiFetch.createNonceMiddleware('outdated01'); // it gets a fresh one by itself
		apiFetch.use(apiFetch.nonceMiddleware);
		apiFetch.use(apiFetch.createRootURLMiddleware(`${site.base}/wp-json/`));

		const me = await apiFetch({ path: '/wp/v2/users/me?context=edit' });
		assert.deepEqual(me.roles, ['administrator']);
		assert.notEqual(apiFetch.nonceMiddleware.nonce, 'outdated01');

		const made = await apiFetch({ path: '/wp/v2/pages', method: 'POST', data: { title: 'By api-fetch', status: 'publish' } });
		const edited = await apiFetch({ path: `/wp/v2/pages/${made.id}`, method: 'PUT', data: { title: 'Edited' } });
		assert.equal(edited.title.raw, 'Edited');
		const list = await apiFetch({ path: '/wp/v2/pages?per_page=100&search=Edited', parse: false });
		assert.equal(list.headers.get('X-WP-Total'), '1');
		assert.equal((await list.json())[0].id, made.id);
		assert.equal((await apiFetch({ path: `/wp/v2/pages/${made.id}?force=true`, method: 'DELETE' })).deleted, true);
		await assert.rejects(apiFetch({ path: `/wp/v2/pages/${made.id}` }), { code: 'rest_post_invalid_id' });

		await apiFetch({ path: '/wp/v2/users/me', method: 'POST', data: { password: admin.password } }); // renews the cookies
		assert.equal((await apiFetch({ path: '/wp/v2/users/me' })).slug, admin.login);
	} finally {
		restore();
	}
});
