// Prints what Trivy has against the CloudFormation templates in a folder, with the checks that are part of its source.
package main

import (
	"context"
	"encoding/json"
	"log"
	"os"

	"github.com/aquasecurity/trivy/pkg/iac/rego"
	"github.com/aquasecurity/trivy/pkg/iac/scanners/cloudformation"
)

type finding struct {
	Rule string `json:"rule"`
	File string `json:"file"`
	Line int    `json:"line"`
}

func main() {
	scanner := cloudformation.New(rego.WithEmbeddedLibraries(true), rego.WithEmbeddedPolicies(true))
	results, err := scanner.ScanFS(context.Background(), os.DirFS(os.Args[1]), ".")
	if err != nil {
		log.Fatal(err)
	}
	findings := []finding{}
	for _, result := range results.GetFailed() {
		where := result.Range()
		findings = append(findings, finding{result.Rule().ID, where.GetFilename(), where.GetStartLine()})
	}
	if err := json.NewEncoder(os.Stdout).Encode(findings); err != nil {
		log.Fatal(err)
	}
}
