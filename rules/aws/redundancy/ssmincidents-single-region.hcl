rule "ssmincidents-single-region" {
  summary   = "Incident Manager stands in the Region that may fail"
  principle = "redundancy"
  severity  = "advice"
  since     = "2027.1"
  why       = <<-MD
    Response plans, contacts and open incidents are kept in the Regions of the replication set. With one Region they are away when that
    Region is what the incident is about.
  MD
  fix       = "Add a second `region` to the replication set."
  notice    = "Response plans cannot be started while the Region fails."
  prove     = "Start an incident in a game day in which nobody may use that Region's console."
  references = [
    "AWS Well-Architected REL13-BP02",
    "AWS Trusted Advisor Number of AWS Regions in an Incident Manager replication set",
  ]

  locals {
    # The block has another name in later releases of the provider.
    regions = concat(default(self.region, []), default(self.regions, []))
  }

  for_each = resources("aws_ssmincidents_replication_set")
  when     = length(local.regions) == 1
  at       = "region"
  message  = "`${self}` keeps response plans in one Region"

  fails "one" {
    resource "aws_ssmincidents_replication_set" "main" {
      region {
        name = "eu-west-1"
      }
    }
  }

  passes "two" {
    resource "aws_ssmincidents_replication_set" "main" {
      region {
        name = "eu-west-1"
      }

      region {
        name = "eu-central-1"
      }
    }
  }

  passes "two by a list" {
    resource "aws_ssmincidents_replication_set" "main" {
      dynamic "region" {
        for_each = toset(["eu-west-1", "eu-central-1"])

        content {
          name = region.value
        }
      }
    }
  }

  unknown "Regions are given by the caller" {
    variable "regions" { type = set(string) }

    resource "aws_ssmincidents_replication_set" "main" {
      dynamic "region" {
        for_each = var.regions

        content {
          name = region.value
        }
      }
    }
  }
}
