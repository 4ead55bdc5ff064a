rule "workload-unprotected-from-deletion" {
  summary   = "Load balancer, cluster or firewall can be deleted by one call or plan"
  principle = "recovery"
  severity  = "advice"
  since     = "2027.1"
  why       = <<-MD
    What takes its place has another DNS name, other addresses or an empty control plane, and everybody who knew the old one has to follow. With
    protection on, a plan that replaces it by mistake fails instead.
  MD
  fix       = "Set `enable_deletion_protection = true` (load balancer), `deletion_protection = true` (EKS cluster) or `delete_protection = true` (firewall)."
  notice    = "CloudTrail shows a delete call that succeeded at the first try, and all requests fail."
  prove     = "Call the delete API on a test load balancer or cluster: nothing refuses it."
  references = [
    "AWS Well-Architected REL08-BP05",
    "AWS Config elb-deletion-protection-enabled",
    "AWS Config netfw-deletion-protection-enabled",
    "Security Hub ELB.6",
    "Security Hub NetworkFirewall.9",
    "AWS Trusted Advisor Elastic Load Balancing Deletion Protection Not Enabled for Load Balancers",
    "checkov CKV_AWS_150, CKV_AWS_344",
  ]

  locals {
    # Release 5 of the provider cannot protect a cluster.
    cannot = is(self, "aws_eks_cluster") && anytrue([
      for p in providers_required() : p.name == "aws" && p.version != null && alltrue([
        for v in ["6.10.0", "6.30.0", "6.99.0", "7.0.0", "8.0.0"] : !version_allows(p.version, v)
      ])
    ])
    # Only the machines of the network use an internal load balancer.
    inside = is(self, "load_balancer") && self.internal == true
  }

  for_each = resources("load_balancer", "aws_eks_cluster", "aws_networkfirewall_firewall")
  unless   = local.cannot || local.inside
  when     = !refuses_deletion(self)
  at       = "enable_deletion_protection"
  message  = "`${self}` is deleted by any plan that replaces it, and what takes its place has another address"

  edit "enable_deletion_protection" {
    to   = true
    when = is(self, "load_balancer")
  }

  edit "deletion_protection" {
    to   = true
    when = is(self, "aws_eks_cluster")
  }

  edit "delete_protection" {
    to   = true
    when = is(self, "aws_networkfirewall_firewall")
  }

  fails "load balancer, left out" {
    resource "aws_lb" "shop" {
      name               = "shop"
      load_balancer_type = "application"
    }
  }

  fails "load balancer, switched off" {
    resource "aws_lb" "shop" {
      name                       = "shop"
      load_balancer_type         = "application"
      enable_deletion_protection = false
    }
  }

  fails "cluster" {
    resource "aws_eks_cluster" "shop" {
      name     = "shop"
      role_arn = "arn:aws:iam::111122223333:role/eks"

      vpc_config {
        subnet_ids = ["subnet-1", "subnet-2"]
      }
    }
  }

  passes "load balancer" {
    resource "aws_lb" "shop" {
      name                       = "shop"
      load_balancer_type         = "application"
      enable_deletion_protection = true
    }
  }

  passes "cluster" {
    resource "aws_eks_cluster" "shop" {
      name                = "shop"
      role_arn            = "arn:aws:iam::111122223333:role/eks"
      deletion_protection = true

      vpc_config {
        subnet_ids = ["subnet-1", "subnet-2"]
      }
    }
  }

  passes "firewall" {
    resource "aws_networkfirewall_firewall" "egress" {
      name                = "egress"
      vpc_id              = "vpc-1"
      firewall_policy_arn = "arn:aws:network-firewall:eu-west-1:111122223333:firewall-policy/egress"
      delete_protection   = true

      subnet_mapping {
        subnet_id = "subnet-1"
      }
    }
  }

  passes "internal load balancer" {
    resource "aws_lb" "shop" {
      name     = "shop"
      internal = true
    }
  }

  passes "provider that knows no protection of clusters" {
    terraform {
      required_providers {
        aws = {
          source  = "hashicorp/aws"
          version = "~> 5.60"
        }
      }
    }

    resource "aws_eks_cluster" "shop" {
      name     = "shop"
      role_arn = "arn:aws:iam::111122223333:role/eks"

      vpc_config {
        subnet_ids = ["subnet-1", "subnet-2"]
      }
    }
  }

  unknown "decided by a variable without default" {
    variable "protect" { type = bool }

    resource "aws_lb" "shop" {
      name                       = "shop"
      load_balancer_type         = "application"
      enable_deletion_protection = var.protect
    }
  }
}
