package main

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsec2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsecr"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsecrassets"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsecs"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssecretsmanager"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
	csr "github.com/cdksecurerepository/cdk-secure-repository-go/cdksecurerepository"
)

type ImagesStack struct {
	awscdk.Stack
	Shop csr.SecureRepository
}

// NewImagesStack is deployed first, and pushed to before the services are deployed.
func NewImagesStack(scope constructs.Construct, id string, props *awscdk.StackProps) *ImagesStack {
	stack := awscdk.NewStack(scope, &id, props)

	shop := csr.NewSecureRepository(stack, jsii.String("Shop"), &csr.SecureRepositoryProps{
		RepositoryName: jsii.String("shop"),
		Retention: &[]csr.RetentionRule{
			csr.RetentionRule_KeepDeployed(jsii.Number(200)),
			csr.RetentionRule_ExpireUntagged(awscdk.Duration_Days(jsii.Number(14))),
			csr.RetentionRule_KeepAll(jsii.String("v*")),
			csr.RetentionRule_KeepNewest(jsii.String("*"), jsii.Number(100)),
		},
		DevCompanion: &csr.DevCompanionOptions{},
	})

	return &ImagesStack{Stack: stack, Shop: shop}
}

type RegistryStack struct {
	awscdk.Stack
	DockerHub csr.PullThroughCache
}

// NewRegistryStack has what holds for the whole registry of the account and Region, also for repositories that no stack defines.
func NewRegistryStack(scope constructs.Construct, id string, props *awscdk.StackProps) *RegistryStack {
	stack := awscdk.NewStack(scope, &id, props)

	dockerHub := csr.PullThroughCache_DockerHub(awssecretsmanager.Secret_FromSecretCompleteArn(stack, jsii.String("DockerHub"),
		jsii.String("arn:aws:secretsmanager:eu-west-1:123456789012:secret:ecr-pullthroughcache/docker-hub-AbCdEf")), nil)

	csr.NewSecureRegistry(stack, jsii.String("Registry"), &csr.SecureRegistryProps{
		Scanning: csr.RegistryScanning_Enhanced(&csr.EnhancedScanningOptions{
			Continuous: jsii.Strings("shop*"),
			OnPush:     jsii.Strings("*"),
		}),
		NewRepositories: &[]csr.RepositoryTemplate{
			csr.RepositoryTemplate_ForPrefix(jsii.String("team-a"), &csr.RepositoryTemplateOptions{
				MutableTags: jsii.Strings("latest"),
				Retention: &[]csr.RetentionRule{
					csr.RetentionRule_ExpireUntagged(awscdk.Duration_Days(jsii.Number(7))),
					csr.RetentionRule_KeepNewest(jsii.String("*"), jsii.Number(50)),
				},
			}),
			csr.RepositoryTemplate_ForAll(nil),
		},
		PullThroughCaches: &[]csr.PullThroughCache{dockerHub, csr.PullThroughCache_EcrPublic(nil)},
		Replication: &[]csr.Replication{
			csr.Replication_To(&csr.ReplicationDestination{Region: jsii.String("us-east-1")}, &csr.ReplicationOptions{
				Prefixes: jsii.Strings("team-a"),
			}),
		},
		Signing: &[]csr.ImageSigning{
			csr.ImageSigning_With(jsii.String("arn:aws:signer:eu-west-1:123456789012:/signing-profiles/releases"), &csr.ImageSigningOptions{
				Repositories: jsii.Strings("shop*"),
			}),
		},
		Access: &[]csr.RegistryAccess{
			csr.RegistryAccess_AllowReplicationFrom(jsii.String("210987654321"), &csr.ReplicationAccessOptions{
				Prefixes: jsii.Strings("team-b"),
			}),
		},
	})

	return &RegistryStack{Stack: stack, DockerHub: dockerHub}
}

func NewServicesStack(scope constructs.Construct, id string, props *awscdk.StackProps, shop awsecr.IRepository, dockerHub csr.PullThroughCache) awscdk.Stack {
	stack := awscdk.NewStack(scope, &id, props)

	vpc := awsec2.NewVpc(stack, jsii.String("Vpc"), &awsec2.VpcProps{
		MaxAzs:      jsii.Number(2),
		NatGateways: jsii.Number(1),
	})
	cluster := awsecs.NewCluster(stack, jsii.String("Cluster"), &awsecs.ClusterProps{Vpc: vpc})

	// The digests of both containers stand in cdk.context.json.
	web := awsecs.NewFargateTaskDefinition(stack, jsii.String("WebTask"), nil)
	web.AddContainer(jsii.String("web"), &awsecs.ContainerDefinitionOptions{
		Image:   csr.DigestPinnedImage_FromLookup(shop, jsii.String("v1.4.0"), nil),
		Logging: logs("web"),
	})
	web.AddContainer(jsii.String("proxy"), &awsecs.ContainerDefinitionOptions{
		Image: csr.DigestPinnedImage_FromReference(jsii.String("public.ecr.aws/nginx/nginx:1.27"), &csr.ReferencePinOptions{
			RequirePlatforms: &[]awsecrassets.Platform{awsecrassets.Platform_LINUX_AMD64()},
		}),
		Logging:      logs("proxy"),
		PortMappings: &[]*awsecs.PortMapping{{ContainerPort: jsii.Number(80)}},
	})
	awsecs.NewFargateService(stack, jsii.String("Web"), &awsecs.FargateServiceProps{
		Cluster:           cluster,
		TaskDefinition:    web,
		MinHealthyPercent: jsii.Number(100),
	})

	// The digest of this one is looked up while the stack is deployed, and has to pass before anything uses it.
	worker := awsecs.NewFargateTaskDefinition(stack, jsii.String("WorkerTask"), nil)
	worker.AddContainer(jsii.String("worker"), &awsecs.ContainerDefinitionOptions{
		Image: csr.DigestPinnedImage_FromTag(shop, jsii.String("v1.5.0-rc.1"), &csr.TagPinOptions{
			WaitForImage: awscdk.Duration_Minutes(jsii.Number(5)),
		}).
			GatedBy(csr.ImageGate_Scanned(&csr.ScannedGateOptions{FailOn: csr.FindingSeverity_CRITICAL})).
			MarkedAsDeployed(),
		Command: jsii.Strings("worker"),
		Logging: logs("worker"),
	})
	// Pulled by its tag once before, as a cache fetches nothing by its digest.
	worker.AddContainer(jsii.String("queue"), &awsecs.ContainerDefinitionOptions{
		Image:   dockerHub.Image(stack, jsii.String("library/redis:7.4"), nil),
		Logging: logs("queue"),
	})
	awsecs.NewFargateService(stack, jsii.String("Worker"), &awsecs.FargateServiceProps{
		Cluster:           cluster,
		TaskDefinition:    worker,
		MinHealthyPercent: jsii.Number(100),
	})

	return stack
}

func logs(streamPrefix string) awsecs.LogDriver {
	return awsecs.LogDrivers_AwsLogs(&awsecs.AwsLogDriverProps{StreamPrefix: &streamPrefix})
}

func main() {
	defer jsii.Close()

	app := awscdk.NewApp(nil)
	props := &awscdk.StackProps{
		Env: &awscdk.Environment{Account: jsii.String("123456789012"), Region: jsii.String("eu-west-1")},
	}

	images := NewImagesStack(app, "Images", props)
	registry := NewRegistryStack(app, "Registry", props)
	NewServicesStack(app, "Services", props, images.Shop, registry.DockerHub)

	app.Synth(nil)
}
