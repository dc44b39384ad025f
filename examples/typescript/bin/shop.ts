#!/usr/bin/env node
import * as cdk from 'aws-cdk-lib/core';
import { ImagesStack } from '../lib/images-stack';
import { RegistryStack } from '../lib/registry-stack';
import { ServicesStack } from '../lib/services-stack';

const app = new cdk.App();
const env = { account: '123456789012', region: 'eu-west-1' };
const { shop } = new ImagesStack(app, 'Images', { env });
const { dockerHub } = new RegistryStack(app, 'Registry', { env });
new ServicesStack(app, 'Services', { env, shop, dockerHub });
