rule "entry-lost-with-single-point" {
  summary   = "One part alone takes down what traffic enters by"
  principle = "single-point-of-failure"
  severity  = "error"
  since     = "2027.1"
  why       = <<-MD
    Every request passes this part or waits for it, there is one of it, and nothing takes over when it is lost. A full disk, a bad host or a
    deployment that fails is enough: no zone has to go.

    The whole graph is played through for each part, as `buttress simulate` does. The finding shows the way from the entry to the part.
  MD
  fix       = "Give this part a standby or a second copy that can take over. `buttress simulate` names the smallest change, and proves it."
  notice    = "The entry's canary fails together with the alarm of the part that the finding names."
  prove     = "Stop that part, with `aws:ec2:stop-instances`, `aws:ecs:stop-task` or a reboot, and call the entry."
  references = [
    "AWS Well-Architected REL10-BP01",
    "AWS Well-Architected REL11-BP02",
  ]

  locals {
    lost    = [for l in takes_down(self, "node") : l if !(is_machine(self) == true && l.entry == self)]
    entries = distinct([for l in local.lost : l.entry])
  }

  for_each = exposed()
  when     = length(local.lost) > 0
  message  = "`${local.lost[0].entry}` is down without `${self}`, and nothing brings it back${local.lost[0].others > 0 ? "; so are ${local.lost[0].others} more of what traffic enters by" : ""}"

  path = local.lost[0].path

  label "traffic enters here, and stops without it" {
    at = local.entries[0]
  }

  # Each of these knows why a part is alone.
  yields "traffic that enters here stops without it" {
    to = [
      "asg-processes-suspended",
      "asg-single-instance",
      "datastore-single-az",
      "datastore-single-node",
      "dms-single-az",
      "dx-single-location",
      "ec2-instance-serves-alone",
      "ecs-service-single-task",
      "eks-too-few-nodes",
      "elasticache-memcached-single-az",
      "elasticache-single-az",
      "elasticache-standalone-node",
      "elasticache-without-failover",
      "emr-single-primary",
      "fsx-scratch-without-repository",
      "lb-target-group-single-target",
      "msk-quorum-in-two-zones",
      "opensearch-masters-without-quorum",
      "opensearch-single-az",
      "opensearch-without-masters",
      "rds-aurora-single-instance",
      "rds-members-in-one-zone",
      "rds-single-az",
      "redshift-bound-to-zone",
      "redshift-single-node",
      "vpc-nat-gateway-shared-by-zones",
      "vpc-nat-instance",
      "vpc-route-to-other-zone",
      "vpn-single-customer-gateway",
      "workload-single-instance",
    ]
    about = lost_with_it(self)
    at    = local.entries
  }

  fails "one machine behind a load balancer" {
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

    resource "aws_instance" "web" {
      subnet_id = aws_subnet.private["eu-west-1a"].id
    }

    resource "aws_lb_target_group_attachment" "web" {
      target_group_arn = aws_lb_target_group.web.arn
      target_id        = aws_instance.web.id
    }
  }

  passes "two machines" {
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

    resource "aws_instance" "web" {
      for_each  = aws_subnet.private
      subnet_id = each.value.id
    }

    resource "aws_lb_target_group_attachment" "web" {
      for_each         = aws_instance.web
      target_group_arn = aws_lb_target_group.web.arn
      target_id        = each.value.id
    }
  }

  passes "the database that nothing reads" {
    resource "aws_db_instance" "reports" {
      engine = "postgres"
    }
  }

  unknown "a variable decides whether the database has a standby" {
    variable "multi_az" { type = bool }

    resource "aws_db_instance" "orders" {
      engine   = "postgres"
      multi_az = var.multi_az
    }

    resource "aws_lambda_function" "api" {
      function_name = "api"

      environment {
        variables = {
          DB_HOST = aws_db_instance.orders.address
        }
      }
    }

    resource "aws_lambda_function_url" "api" {
      function_name      = aws_lambda_function.api.function_name
      authorization_type = "NONE"
    }
  }
}
