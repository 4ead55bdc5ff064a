rule "vpc-outbound-address-replaced" {
  summary      = "Public address given back, and another one taken"
  principle    = "change"
  severity     = "warning"
  needs        = "plan"
  since        = "2027.1"
  renamed_from = ["outbound-address-replaced"]
  why          = <<-MD
    AWS takes the old address back, and rarely gives it out again. Partners that admit only the address they know turn
    away every request from then on, and records that name it lead to a stranger.
  MD
  fix          = "Keep the address: move it with `moved`, associate it anew, or add the new one and tell the partners before the old one goes."
  notice       = "Partners that admit by address refuse connections: timeouts to a few destinations only."
  prove        = "Call each partner from a machine behind a new address in a test network before the change."
  references   = ["Amazon VPC User Guide: Elastic IP addresses", "AWS Well-Architected REL02-BP01"]

  locals {
    users   = linked(before(self), "attached_to")
    staying = [for u in local.users : after(u) if after(u) != null]
  }

  for_each = concat(resources("aws_eip"), destroyed("aws_eip"))
  when     = action(self) == "replace" || action(self) == "delete" && length(local.staying) > 0
  message  = "this plan gives the address of `${self}` back: it cannot be had again"

  label "was known by it" {
    at = local.staying
  }

  fails "an address is made anew" {
    replaces = ["aws_eip.nat"]

    before {
      resource "aws_eip" "nat" {
        network_border_group = "eu-west-1"
      }
    }

    resource "aws_eip" "nat" {
      network_border_group = "eu-central-1"
    }
  }

  fails "the gateway stays and gets another address" {
    before {
      resource "aws_eip" "nat" {
        domain = "vpc"
      }

      resource "aws_nat_gateway" "main" {
        allocation_id = aws_eip.nat.id
      }
    }

    resource "aws_eip" "egress" {
      domain = "vpc"
    }

    resource "aws_nat_gateway" "main" {
      allocation_id = aws_eip.egress.id
    }
  }

  passes "the gateway goes too" {
    before {
      resource "aws_eip" "nat" {
        domain = "vpc"
      }

      resource "aws_nat_gateway" "main" {
        allocation_id = aws_eip.nat.id
      }
    }
  }

  passes "tags change" {
    before {
      resource "aws_eip" "nat" {
        domain = "vpc"
      }
    }

    resource "aws_eip" "nat" {
      domain = "vpc"
      tags   = { team = "network" }
    }
  }
}
