import 'reflect-metadata';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { nodeHandler } from 'mcp-rondo/node';
import { createServer } from '../probe-server.mjs';

class AppModule {}
Module({})(AppModule);

// The endpoint reads its bodies itself.
const app = await NestFactory.create(AppModule, { bodyParser: false, logger: false });
app.use('/mcp', nodeHandler(createServer(), { onLoopback: true }));
await app.listen(0, '127.0.0.1');
console.log(`at ${(await app.getUrl()).replace('[::1]', '127.0.0.1')}/mcp`);
