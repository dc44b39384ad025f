package main

import (
	"os"
	"strings"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsecr"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsecs"
	"github.com/aws/jsii-runtime-go"
	csr "github.com/cdksecurerepository/cdk-secure-repository-go/cdksecurerepository"
)

func main() {
	defer jsii.Close()

	mistake := os.Getenv("MISTAKE")
	app := awscdk.NewApp(nil)
	csr.ContainerImagePolicy_Apply(app, &csr.ContainerImagePolicyProps{
		Exceptions: &[]*csr.ContainerImageException{
			{Image: jsii.String("public.ecr.aws/xray/*"), Reason: jsii.String("shows how")},
		},
	})
	awscdk.PropertyInjectors_Of(app).Add(csr.NewSecureRepositoryDefaults(nil))
	stack := awscdk.NewStack(app, jsii.String("Errors"), &awscdk.StackProps{
		Env: &awscdk.Environment{Account: jsii.String("123456789012"), Region: jsii.String("eu-west-1")},
	})
	awsecr.NewRepository(stack, jsii.String("Plain"), nil)
	newest := csr.RetentionRule_KeepNewest(jsii.String("*"), jsii.Number(10))
	releases := csr.RetentionRule_KeepAll(jsii.String("v*"))
	retention := []csr.RetentionRule{releases, newest}
	if mistake == "dead-rule" {
		retention = []csr.RetentionRule{newest, releases}
	}
	cleaner := "arn:aws:iam::123456789012:role/cleaner"
	if mistake == "excepted-name" {
		cleaner = "cleaner"
	}
	shop := csr.NewSecureRepository(stack, jsii.String("Shop"), &csr.SecureRepositoryProps{
		RepositoryName:     jsii.String("shop"),
		Retention:          &retention,
		DeletionProtection: csr.DeletionProtection_ExceptFor(jsii.String(cleaner)),
	})
	region := "us-east-1"
	if mistake == "replicated-to-itself" {
		region = "eu-west-1"
	}
	csr.NewSecureRegistry(stack, jsii.String("Registry"), &csr.SecureRegistryProps{
		Replication: &[]csr.Replication{csr.Replication_To(&csr.ReplicationDestination{Region: &region}, nil)},
	})
	image := func() awsecs.ContainerImage {
		switch mistake {
		case "bad-digest":
			return csr.DigestPinnedImage_FromDigest(shop, jsii.String("sha256:abc"))
		case "unpinned-image":
			return awsecs.ContainerImage_FromRegistry(jsii.String("nginx:1.27"), nil)
		case "ignored-for-good":
			return csr.DigestPinnedImage_FromLookup(shop, jsii.String("v9.9.9"), nil).
				GatedBy(csr.ImageGate_Scanned(&csr.ScannedGateOptions{
					Ignore: &[]*csr.IgnoredFinding{{
						Id:     jsii.String("CVE-2026-12345"),
						Reason: jsii.String("the parser is not used"),
						Until:  jsii.String("never"),
					}},
				}))
		case "not-kept":
			return csr.DigestPinnedImage_FromDigest(shop, jsii.String("sha256:"+strings.Repeat("0", 64))).
				MarkedAsDeployed()
		}
		return csr.DigestPinnedImage_FromLookup(shop, jsii.String("v9.9.9"), nil)
	}()
	awsecs.NewFargateTaskDefinition(stack, jsii.String("Task"), nil).
		AddContainer(jsii.String("shop"), &awsecs.ContainerDefinitionOptions{Image: image})
	app.Synth(nil)
}
