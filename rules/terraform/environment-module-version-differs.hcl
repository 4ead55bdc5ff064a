rule "environment-module-version-differs" {
  summary     = "Production calls another release of a module than every other environment"
  principle   = "change"
  severity    = "advice"
  environment = "any"
  needs       = "configuration"
  since       = "2027.1"
  scope       = "unit"
  why         = <<-MD
    A release that runs nowhere before production is tried there. An older one in production means that the other environments
    no longer show how it behaves.
  MD
  fix         = "Call the release in production that another environment has run, and raise the version in one environment after the other."
  notice      = "Compare the releases that `terraform init` prints for each environment."
  prove       = "Apply the release of production in staging, and run the same tests there."
  references  = ["AWS Well-Architected OPS05-BP08", "Terraform: Recommended practices, environments"]

  locals {
    sources  = [for other in counterparts(self, "source") : other if other.exists]
    versions = [for other in counterparts(self, "version") : other if other.exists]
    moved    = [for other in local.sources : other if other.own != other.value]
    released = [for other in local.versions : other if default(other.own, "any") != default(other.value, "any")]
  }

  for_each = environment().others > 0 ? module_calls() : []
  unless   = self.source_kind == "local" || length(local.sources) == 0 || !environment().production

  defect "version" {
    when    = length(local.released) == length(local.versions)
    at      = "version"
    message = "`${self}` is version ${default(self.version, "any")} in production and ${default(local.released[0].value, "any")} in ${local.released[0].environment}"
  }

  defect "source" {
    when    = length(local.moved) == length(local.sources)
    at      = "source"
    message = "`${self}` comes from another source in production than in ${local.moved[0].environment}"
  }

  fails "another version" {
    module "network" {
      source  = "terraform-aws-modules/vpc/aws"
      version = "6.0.1"
    }

    environment "staging" {
      module "network" {
        source  = "terraform-aws-modules/vpc/aws"
        version = "5.21.0"
      }
    }
  }

  fails "another tag" {
    module "network" {
      source = "git::https://example.com/network.git?ref=v2.0.0"
    }

    environment "staging" {
      module "network" {
        source = "git::https://example.com/network.git?ref=v1.4.0"
      }
    }
  }

  passes "one of them has run it" {
    module "network" {
      source  = "terraform-aws-modules/vpc/aws"
      version = "6.0.1"
    }

    environment "dev" {
      module "network" {
        source  = "terraform-aws-modules/vpc/aws"
        version = "6.1.0"
      }
    }

    environment "staging" {
      module "network" {
        source  = "terraform-aws-modules/vpc/aws"
        version = "6.0.1"
      }
    }
  }

  passes "no other environment" {
    module "network" {
      source  = "terraform-aws-modules/vpc/aws"
      version = "6.0.1"
    }
  }

  passes "the other environment does not call it" {
    module "network" {
      source  = "terraform-aws-modules/vpc/aws"
      version = "6.0.1"
    }

    environment "staging" {
      module "platform" {
        source = "git::https://example.com/platform.git?ref=v1.4.0"
      }
    }
  }
}
