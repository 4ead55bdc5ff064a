rule "entry-lost-with-zone" {
  summary   = "Loss of one zone takes down what traffic enters by"
  principle = "redundancy"
  severity  = "error"
  since     = "2027.1"
  why       = <<-MD
    A zone fails as a whole: machines, databases, gateways and whatever else stands in it. Here one thing on the way of requests stands in one
    zone only, and nothing brings it back in another one. Everything before it may run in three zones and still answers nothing.

    The whole graph is played through for each zone, as `buttress simulate` does. The finding is about the part that decides, and shows the
    way from the entry to it.
  MD
  fix       = "Give this part a second zone: a standby, a subnet in another zone, or one of its kind per zone. `buttress simulate` names the smallest change, and proves it."
  notice    = "The entry's canary or `HTTPCode_ELB_5XX_Count` fails for as long as one zone does."
  prove     = "Cut off the zone that the finding names with `aws:network:disrupt-connectivity`, and call the entry."
  references = [
    "AWS Well-Architected REL10-BP01",
    "AWS Fault Isolation Boundaries: Availability Zones",
  ]

  locals {
    # Of what is declared to stand in several zones, entry-misses-target tells; of what is declared to stand in one, nothing is asked.
    lost    = [for l in takes_down(self, "zone") : l if !(is_machine(self) == true && l.entry == self) && intent(l.entry).zones == null]
    entries = distinct([for l in local.lost : l.entry])
  }

  for_each = exposed()
  when     = length(local.lost) > 0
  message  = "`${self}` takes `${local.lost[0].entry}` down with zone `${local.lost[0].lost}`${local.lost[0].others > 0 ? ", and ${local.lost[0].others} more of what traffic enters by" : ""}"

  path = local.lost[0].path

  label "traffic enters here, and stops when the zone is lost" {
    at = local.entries[0]
  }

  # Each of these knows what is wrong with a part of one zone.
  yields "traffic that enters here stops with it when the zone is lost" {
    to = [
      "asg-single-az",
      "asg-single-instance",
      "asg-volume-pinned-to-zone",
      "datastore-single-az",
      "datastore-single-node",
      "datastore-subnets-single-az",
      "dms-single-az",
      "dx-single-location",
      "ec2-instance-serves-alone",
      "ecs-service-single-az",
      "ecs-service-single-task",
      "efs-client-without-mount-target",
      "efs-mount-targets-single-az",
      "eks-nodes-single-az",
      "eks-too-few-nodes",
      "elasticache-memcached-single-az",
      "elasticache-single-az",
      "elasticache-standalone-node",
      "elasticache-without-failover",
      "emr-single-primary",
      "fsx-scratch-without-repository",
      "lambda-single-az",
      "lb-misses-zone-of-targets",
      "lb-single-az",
      "lb-target-group-single-target",
      "lb-targets-single-az",
      "msk-quorum-in-two-zones",
      "opensearch-masters-without-quorum",
      "opensearch-nodes-uneven",
      "opensearch-single-az",
      "opensearch-without-masters",
      "rds-aurora-single-instance",
      "rds-members-in-one-zone",
      "rds-single-az",
      "redshift-bound-to-zone",
      "redshift-single-node",
      "route53-resolver-single-az",
      "tgw-attachment-misses-zone",
      "vpc-endpoint-single-az",
      "vpc-nat-gateway-shared-by-zones",
      "vpc-nat-instance",
      "vpc-route-to-other-zone",
      "vpn-single-customer-gateway",
      "workload-single-instance",
      "workload-subnets-single-az",
      "entry-lost-with-single-point",
    ]
    about = lost_with_it(self)
    at    = local.entries
  }

  fails "the machines behind a load balancer of two zones run in one" {
    resource "aws_subnet" "private" {
      for_each          = toset(["eu-west-1a", "eu-west-1b"])
      availability_zone = each.key
    }

    resource "aws_lb" "front" {
      subnets = [for s in aws_subnet.private : s.id]
    }

    resource "aws_lb_listener" "front" {
      load_balancer_arn = aws_lb.front.arn

      default_action {
        type             = "forward"
        target_group_arn = aws_lb_target_group.web.arn
      }
    }

    resource "aws_lb_target_group" "web" {
      port = 80
    }

    resource "aws_autoscaling_group" "web" {
      min_size            = 2
      max_size            = 2
      target_group_arns   = [aws_lb_target_group.web.arn]
      vpc_zone_identifier = [aws_subnet.private["eu-west-1a"].id]
    }
  }

  passes "machines in two zones" {
    resource "aws_subnet" "private" {
      for_each          = toset(["eu-west-1a", "eu-west-1b"])
      availability_zone = each.key
    }

    resource "aws_lb" "front" {
      subnets = [for s in aws_subnet.private : s.id]
    }

    resource "aws_lb_listener" "front" {
      load_balancer_arn = aws_lb.front.arn

      default_action {
        type             = "forward"
        target_group_arn = aws_lb_target_group.web.arn
      }
    }

    resource "aws_lb_target_group" "web" {
      port = 80
    }

    resource "aws_autoscaling_group" "web" {
      min_size            = 2
      max_size            = 2
      target_group_arns   = [aws_lb_target_group.web.arn]
      vpc_zone_identifier = [for s in aws_subnet.private : s.id]
    }
  }

  passes "nothing enters: the load balancer is internal" {
    resource "aws_subnet" "private" {
      availability_zone = "eu-west-1a"
    }

    resource "aws_lb" "front" {
      internal = true
      subnets  = [aws_subnet.private.id]
    }
  }

  passes "a bastion host is its own entry" {
    resource "aws_subnet" "public" {
      availability_zone = "eu-west-1a"
    }

    resource "aws_instance" "bastion" {
      subnet_id                   = aws_subnet.public.id
      associate_public_ip_address = true
    }
  }

  unknown "the zones of the machines are given by the caller" {
    variable "subnet_ids" { type = list(string) }

    resource "aws_subnet" "public" {
      for_each          = toset(["eu-west-1a", "eu-west-1b"])
      availability_zone = each.key
    }

    resource "aws_lb" "front" {
      subnets = [for s in aws_subnet.public : s.id]
    }

    resource "aws_lb_listener" "front" {
      load_balancer_arn = aws_lb.front.arn

      default_action {
        type             = "forward"
        target_group_arn = aws_lb_target_group.web.arn
      }
    }

    resource "aws_lb_target_group" "web" {
      port = 80
    }

    resource "aws_autoscaling_group" "web" {
      min_size            = 2
      max_size            = 2
      target_group_arns   = [aws_lb_target_group.web.arn]
      vpc_zone_identifier = var.subnet_ids
    }
  }
}
