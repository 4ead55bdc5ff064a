rule "state-read-from-file" {
  summary     = "State of another root is read from a file"
  principle   = "infrastructure-as-code"
  severity    = "warning"
  environment = "any"
  since       = "2027.1"
  scope       = "unit"
  why         = <<-MD
    The file is there on one machine alone, or committed with all secrets that a state holds, and old from the next apply on. What is read from it then points
    at things that are gone.
  MD
  fix         = "Read the state from its remote backend, or hand the values over by parameters or data sources."
  notice      = "The plan fails, or uses old values, on any machine but one."
  prove       = "Plan on a second machine, on which the file is not there."
  references  = ["AWS Well-Architected OPS05-BP01", "Terraform: The terraform_remote_state data source"]

  for_each = data_sources("terraform_remote_state")
  when     = self.backend == "local"
  at       = "backend"
  message  = "`${self}` reads a state that lies on one machine"

  fails "file" {
    data "terraform_remote_state" "network" {
      backend = "local"

      config = {
        path = "../network/terraform.tfstate"
      }
    }
  }

  passes "bucket" {
    data "terraform_remote_state" "network" {
      backend = "s3"

      config = {
        bucket = "acme-terraform"
        key    = "network.tfstate"
        region = "eu-west-1"
      }
    }
  }

  passes "outputs of a workspace" {
    data "terraform_remote_state" "network" {
      backend = "remote"

      config = {
        organization = "acme"
        workspaces   = { name = "network" }
      }
    }
  }

  unknown "given by the caller" {
    variable "backend" { type = string }

    data "terraform_remote_state" "network" {
      backend = var.backend

      config = {
        path = "../network/terraform.tfstate"
      }
    }
  }
}
