rule "state-backend-removed" {
  summary     = "State is kept in a backend that Terraform no longer has"
  principle   = "infrastructure-as-code"
  severity    = "error"
  environment = "any"
  needs       = "configuration"
  since       = "2027.1"
  scope       = "unit"
  why         = <<-MD
    Terraform 1.3 took these backends out. Whoever has a current Terraform cannot read the state, and so can neither plan nor repair anything.
  MD
  fix         = "Move the state to a backend that is kept up, such as `s3` with `use_lockfile = true`, with `terraform init -migrate-state` of Terraform 1.2."
  notice      = "`terraform init` fails with an unsupported backend type."
  prove       = "Run it with the newest Terraform in a copy, and rehearse `terraform init -migrate-state`."
  references  = ["AWS Well-Architected REL08-BP05", "Terraform: Upgrading to v1.3"]

  for_each = modules()
  when     = self.backend != null && contains(["artifactory", "etcd", "etcdv3", "manta", "swift"], self.backend)
  message  = "the state of `${self}` is in a backend that Terraform 1.3 and later do not have"

  fails "etcd" {
    terraform {
      backend "etcdv3" {
        endpoints = ["etcd.example.com:2379"]
        prefix    = "terraform/"
      }
    }
  }

  fails "artifactory" {
    terraform {
      backend "artifactory" {
        url     = "https://example.com/artifactory"
        repo    = "terraform"
        subpath = "shop"
      }
    }
  }

  passes "bucket" {
    terraform {
      backend "s3" {
        bucket       = "acme-terraform"
        key          = "orders.tfstate"
        region       = "eu-west-1"
        use_lockfile = true
      }
    }
  }

  passes "none" {
    resource "aws_sqs_queue" "orders" {
      name = "orders"
    }
  }

  passes "cloud" {
    terraform {
      cloud {
        organization = "acme"

        workspaces {
          name = "shop"
        }
      }
    }
  }
}
