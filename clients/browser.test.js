// The pages that people see, in a browser: signing in, and letting an application act for them.
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { mkdir } from 'node:fs/promises';
import { after, before, beforeEach, afterEach, test } from 'node:test';
import { chromium } from 'playwright-core';
import { admin, start } from './server.js';

const authorize = '/wp-admin/authorize-application.php';
const appID = '4b5f0c0e-8c43-4d58-8b7d-3b0e1f0f0c11';
let site, app, browser, context, page, complaints;

before(async () => {
	site = await start();
	app = createServer((request, response) => response.end('Back in the application')); // where an application waits
	await new Promise((done) => app.listen(0, '127.0.0.1', done));
	app.base = `http://127.0.0.1:${app.address().port}`;
	browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: ['--no-sandbox'] });
	await mkdir('screenshots', { recursive: true });
});
after(async () => {
	await browser?.close();
	app?.close();
	await site?.stop();
});
beforeEach(async () => {
	context = await browser.newContext({ javaScriptEnabled: true });
	page = await context.newPage();
	complaints = [];
	page.on('console', (message) => complaints.push(message.text())); // what the browser refuses by the Content-Security-Policy
	page.on('pageerror', (error) => complaints.push(String(error)));
});
afterEach(async () => {
	await context.close();
	assert.deepEqual(complaints.filter((text) => !/status of (404|403|500)/.test(text)), []);
});

const focused = () => page.evaluate(() => document.activeElement.name || document.activeElement.textContent.trim());

async function logIn(password = admin.password) {
	await page.getByLabel('Username or email address').fill(admin.login);
	await page.getByLabel('Password').fill(password);
	await page.getByRole('button', { name: 'Log in' }).click();
}

async function worksOverBasic(login, password) {
	const answer = await fetch(`${site.base}/wp-json/wp/v2/users/me`, { headers: { authorization: `Basic ${btoa(`${login}:${password}`)}` } });
	return answer.ok && (await answer.json()).slug === login;
}

test('an application comes back with a password that works', async () => {
	const query = new URLSearchParams({ app_name: 'My <app>', app_id: appID, success_url: `${app.base}/done?state=1`, reject_url: `${app.base}/no` });
	await page.goto(`${site.base}${authorize}?${query}`);
	await page.screenshot({ path: 'screenshots/login.png' });
	await logIn('wrong');
	await page.getByRole('alert').waitFor();
	await page.screenshot({ path: 'screenshots/wrong.png' });
	assert.equal(await page.getByLabel('Username or email address').inputValue(), admin.login);
	await logIn();
	await page.getByRole('heading', { name: 'Authorize an application' }).waitFor();
	assert.match(await page.locator('main').innerText(), /My <app>[^]*127\.0\.0\.1/);
	await page.screenshot({ path: 'screenshots/authorize.png' });
	await page.getByRole('button', { name: 'Yes, I approve' }).click();
	await page.getByText('Back in the application').waitFor();
	const { pathname, searchParams } = new URL(page.url());
	assert.deepEqual([pathname, searchParams.get('state'), searchParams.get('site_url'), searchParams.get('user_login')], ['/done', '1', site.base, admin.login]);
	assert.ok(await worksOverBasic(admin.login, searchParams.get('password')));
});

test('with the keyboard alone', async () => {
	await page.goto(`${site.base}${authorize}?app_name=Keys`);
	assert.equal(await focused(), 'log');
	await page.keyboard.type(admin.login);
	await page.keyboard.press('Tab');
	await page.keyboard.type(admin.password);
	await page.keyboard.press('Tab');
	assert.equal(await focused(), 'rememberme');
	await page.keyboard.press('Space');
	await page.keyboard.press('Tab');
	const outline = await page.evaluate(() => getComputedStyle(document.activeElement).outlineStyle);
	assert.equal(outline, 'solid');
	await page.screenshot({ path: 'screenshots/focus.png' });
	await page.keyboard.press('Enter');
	await page.getByRole('heading', { name: 'Authorize an application' }).waitFor();
	await page.keyboard.press('Tab');
	assert.equal(await focused(), 'app_name');
	await page.keyboard.press('Tab');
	assert.equal(await focused(), 'approve');
	await page.keyboard.press('Enter');
	const password = page.getByLabel('New application password');
	assert.match(await password.innerText(), /^(\w{4} ){5}\w{4}$/);
	assert.ok(await worksOverBasic(admin.login, await password.innerText()));
	await page.screenshot({ path: 'screenshots/password.png' });
});

test('rejecting, and requests that are not allowed', async () => {
	await page.goto(`${site.base}/wp-login.php`);
	await logIn();
	await page.waitForURL(`${site.base}/`);
	await page.goto(`${site.base}${authorize}?${new URLSearchParams({ app_name: 'x', success_url: `${app.base}/done`, reject_url: `${app.base}/no?y=1` })}`);
	await page.getByRole('button', { name: 'No, I do not approve' }).click();
	await page.waitForURL(`${app.base}/no?y=1`);
	const refused = await page.goto(`${site.base}${authorize}?app_name=x&success_url=http://example.org/`);
	assert.equal(refused.status(), 500);
	assert.match(await page.locator('main').innerText(), /not allowed/);
	await page.screenshot({ path: 'screenshots/refused.png' });
	assert.equal(await page.getByRole('button').count(), 0);
});

test('logging out', async () => {
	await page.goto(`${site.base}/wp-login.php`);
	await logIn();
	await page.goto(`${site.base}/wp-login.php?action=logout`);
	await page.getByRole('link', { name: 'Log out' }).click();
	await page.getByText('You are now logged out.').waitFor();
	await page.goto(`${site.base}${authorize}`);
	await page.getByLabel('Password').waitFor();
});

// Contrast of text against what lies behind it, as WCAG counts it: 4.5 is needed.
const contrasts = () => {
	const numbers = (color) => color.match(/[\d.]+/g).map(Number);
	const light = (color) => {
		const [r, g, b] = numbers(color).map((v) => (v /= 255) <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
		return 0.2126 * r + 0.7152 * g + 0.0722 * b;
	};
	const behind = (element) => {
		for (; element; element = element.parentElement) {
			const color = getComputedStyle(element).backgroundColor;
			if ((numbers(color)[3] ?? 1) > 0) return color;
		}
		return 'rgb(255, 255, 255)';
	};
	return [...document.querySelectorAll('main *')].filter((e) => e.innerText?.trim() || e.value).map((e) => {
		const [a, b] = [light(getComputedStyle(e).color), light(behind(e))].sort((x, y) => y - x);
		return { element: e.outerHTML.slice(0, 60), ratio: (a + 0.05) / (b + 0.05) };
	});
};

for (const colorScheme of ['light', 'dark']) {
	test(`readable and named, on a small screen, ${colorScheme}`, async () => {
		await page.emulateMedia({ colorScheme });
		await page.setViewportSize({ width: 320, height: 640 });
		await page.goto(`${site.base}${authorize}?app_name=${'Long'.repeat(30)}&success_url=https://a.example/`);
		for (const name of ['login', 'authorize']) {
			assert.equal(await page.locator('html').getAttribute('lang'), 'en');
			assert.equal(await page.getByRole('heading', { level: 1 }).count(), 1);
			for (const field of await page.locator('input:not([type=hidden])').all()) {
				assert.equal(await field.evaluate((e) => e.labels.length), 1);
			}
			assert.deepEqual((await page.evaluate(contrasts)).filter((c) => c.ratio < 4.5), []);
			assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= 320), 'wider than the screen');
			await page.screenshot({ path: `screenshots/${name}-small-${colorScheme}.png`, fullPage: true });
			if (name === 'login') await logIn();
		}
	});
}
