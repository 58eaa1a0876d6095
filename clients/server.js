// Starts a headpress of its own for a test: a fresh site in a database and a folder that go away with it. ENGINE names
// the kind of database: sqlite, or postgres or mysql where HEADPRESS_TEST_POSTGRES or HEADPRESS_TEST_MYSQL names a server.
import { execFile, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
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

// database makes an empty database on a server.
async function database(engine) {
	if (engine === 'sqlite') return { dsn: 'sqlite:headpress.db', drop: async () => {} };
	const server = process.env[`HEADPRESS_TEST_${engine.toUpperCase()}`];
	if (!server) throw new Error(`no server is known for ${engine}`);
	const url = new URL(server);
	const sql = (text) => (engine === 'postgres'
		? run('psql', ['-qX', server, '-c', text])
		: run('mariadb', ['-h', url.hostname, '-P', url.port || '3306', '-u', decodeURIComponent(url.username), '-e', text],
			{ env: { ...process.env, MYSQL_PWD: decodeURIComponent(url.password) } }));
	const name = `hp_clients_${process.pid}_${randomBytes(4).toString('hex')}`;
	await sql(`CREATE DATABASE ${name}`);
	url.pathname = `/${name}`;
	return { dsn: url.href, drop: () => sql(`DROP DATABASE ${name}${engine === 'postgres' ? ' WITH (FORCE)' : ''}`) };
}

export async function start(...flags) {
	const folder = await mkdtemp(join(tmpdir(), 'headpress-'));
	const base = `http://127.0.0.1:${await freePort()}`;
	const { dsn, drop } = await database(process.env.ENGINE ?? 'sqlite');
	const env = { PATH: process.env.PATH, HEADPRESS_DB: dsn, HEADPRESS_ADMIN_PASSWORD: admin.password };
	const headpress = async (...args) => (await run(binary, args, { cwd: folder, env })).stdout.trim();
	await headpress('init', '--site-url', base, '--title', 'A <site> & more');
	const server = spawn(binary, ['serve', '--listen', base.slice('http://'.length), ...flags], { cwd: folder, env, stdio: 'ignore' });
	const stopped = new Promise((done) => server.once('exit', done));
	for (let tries = 0; ; tries++) {
		const answer = await fetch(`${base}/readyz`).catch(() => null);
		if (answer?.ok) break;
		if (tries === 1200) throw new Error('headpress does not start');
		await new Promise((done) => setTimeout(done, 50));
	}
	return {
		base,
		headpress,
		async stop() {
			server.kill('SIGTERM');
			await stopped;
			await Promise.all([rm(folder, { recursive: true }), drop()]);
		},
	};
}
