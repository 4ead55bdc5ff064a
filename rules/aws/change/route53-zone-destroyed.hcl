rule "route53-zone-destroyed" {
  summary   = "Public DNS zone destroyed by the plan"
  principle = "change"
  severity  = "error"
  needs     = "plan"
  since     = "2027.1"
  why       = <<-MD
    A zone that is made again has other name servers. Until the registrar or the parent zone names those, no name of the domain resolves: web, mail and
    certificates. A renamed block without `moved` does that as quietly as a deliberate removal.
  MD
  fix       = "If it only changed its address, add a `moved` block; if Terraform shall let go of it, a `removed` block with `destroy = false`."
  notice    = "Health checks and canaries on all names of the zone fail with NXDOMAIN once caches expire."
  prove     = "Query the names at the new name servers before the delegation changes, and compare each answer."
  references = [
    "Amazon Route 53 Developer Guide: Deleting a public hosted zone",
    "AWS Well-Architected REL08-BP05",
  ]

  locals {
    private = length(default(self.vpc, [])) > 0
    # Who only moves it to another address makes one of this name.
    again = [for z in resources("aws_route53_zone") : z if z.name == self.name && action(z) == "create"]
  }

  # A zone that is replaced at its address: entry-point-replaced.
  for_each = destroyed("aws_route53_zone")
  unless   = local.private
  when     = true
  message  = "this plan destroys `${self}`: its name servers answer no more${length(local.again) > 0 ? ", and the new zone of that name has others" : ""}"

  label "made again, with other name servers" {
    at = local.again
  }

  fails "a zone that is not in the configuration any more" {
    before {
      resource "aws_route53_zone" "shop" {
        name = "shop.example.com"
      }
    }
  }

  fails "renamed without moved" {
    before {
      resource "aws_route53_zone" "shop" {
        name = "shop.example.com"
      }
    }

    resource "aws_route53_zone" "main" {
      name = "shop.example.com"
    }
  }

  passes "it stays" {
    before {
      resource "aws_route53_zone" "shop" {
        name = "shop.example.com"
      }
    }

    resource "aws_route53_zone" "shop" {
      name = "shop.example.com"
    }
  }

  passes "a private zone" {
    before {
      resource "aws_route53_zone" "internal" {
        name = "shop.internal"

        vpc {
          vpc_id = "vpc-1"
        }
      }
    }
  }

  unknown "whether it was private is not known" {
    before {
      variable "networks" { type = list(string) }

      resource "aws_route53_zone" "shop" {
        name = "shop.example.com"

        dynamic "vpc" {
          for_each = var.networks

          content {
            vpc_id = vpc.value
          }
        }
      }
    }
  }
}
