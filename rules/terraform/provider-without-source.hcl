rule "provider-without-source" {
  summary     = "Provider is required without saying whose"
  principle   = "infrastructure-as-code"
  severity    = "advice"
  environment = "any"
  needs       = "configuration"
  since       = "2027.1"
  scope       = "module"
  why         = <<-MD
    Terraform takes a name without source for one of HashiCorp's. For all others `init` fails, and a caller that names the real source gets two providers
    of one name.
  MD
  fix         = "Give the provider a `source` in `required_providers`, such as `hashicorp/aws`."
  notice      = "`terraform init` looks for the provider in the default namespace, and fails or takes another one."
  prove       = "Run `terraform init` in a copy without the lock file, and read where it comes from."
  references  = ["AWS Well-Architected SEC06-BP05", "tflint terraform_required_providers", "Terraform: Provider requirements"]

  for_each = providers_required()
  when     = self.source == null || self.source == ""
  message  = "the provider `${self.name}` is taken from HashiCorp by guess"

  fails "the old way" {
    terraform {
      required_providers {
        aws = "~> 6.0"
      }
    }
  }

  fails "version alone" {
    terraform {
      required_providers {
        datadog = {
          version = "~> 3.0"
        }
      }
    }
  }

  passes "source" {
    terraform {
      required_providers {
        aws = {
          source  = "hashicorp/aws"
          version = "~> 6.0"
        }
      }
    }
  }

  passes "nothing is required" {
    resource "aws_sqs_queue" "orders" {
      name = "orders"
    }
  }
}
