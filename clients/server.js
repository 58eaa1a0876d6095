// Starts a headpress of its own for a test: a fresh site on SQLite, in a folder that goes away with it.
import { execFile, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';

const binary = resolve(process.env.HEADPRESS ?? '../bin/headpress');
const run = promisify(execFile);

export const admin = { login: 'admin', password: 'correct horse' };

async function freePort() {
	const server = createServer();
	await new Promise((done) => server.listen(0, '127.0.0.1', done));
	const { port } = server.address();
	await new Promise((done) => server.close(done));
	return port;
}

export async function start(...flags) {
	const folder = await mkdtemp(join(tmpdir(), 'headpress-'));
	const base = `http://127.0.0.1:${await freePort()}`;
	const env = { PATH: process.env.PATH, HEADPRESS_ADMIN_PASSWORD: admin.password };
	const headpress = async (...args) => (await run(binary, args, { cwd: folder, env })).stdout.trim();
	await headpress('init', '--site-url', base, '--title', 'A <site> & more');
	const server = spawn(binary, ['serve', '--listen', base.slice('http://'.length), ...flags], { cwd: folder, env, stdio: 'ignore' });
	const stopped = new Promise((done) => server.once('exit', done));
	for (let tries = 0; ; tries++) {
		const answer = await fetch(`${base}/readyz`).catch(() => null);
		if (answer?.ok) break;
		if (tries === 200) throw new Error('headpress does not start');
		await new Promise((done) => setTimeout(done, 50));
	}
	return {
		base,
		headpress,
		async stop() {
			server.kill('SIGTERM');
			await stopped;
			await rm(folder, { recursive: true });
		},
	};
}
