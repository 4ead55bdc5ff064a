rule "lb-health-check-accepts-errors" {
  summary    = "Health check takes errors for health"
  principle  = "redundancy"
  severity   = "warning"
  since      = "2027.1"
  why        = <<-MD
    A target that answers "not found" or "internal error" counts as healthy. When a deployment breaks the application, the load
    balancer goes on sending requests, and neither the group nor the deployment notices.
  MD
  fix        = "Check a path that answers 200 when the service works, with `matcher = \"200\"`."
  notice     = "`HTTPCode_Target_5XX_Count` rises while `HealthyHostCount` does not fall."
  prove      = "Let one target answer with 500 on the checked path, and see it stay in."
  references = ["AWS Well-Architected REL11-BP01", "Elastic Load Balancing: health checks for target groups"]

  locals {
    matcher = default(self.health_check[0].matcher, "200")
    # Single codes and ranges: 404 and 5xx, or a range that reaches beyond 403.
    ranges = [for r in regexall("(\\d{3})-(\\d{3})", local.matcher) : r if tonumber(r[1]) >= 404]
    codes  = regexall("\\b(404|5\\d\\d)\\b", local.matcher)
    grpc   = self.protocol_version == "GRPC"
  }

  for_each = resources("target_group")
  unless   = local.grpc || self.health_check[0].enabled == false
  when     = length(local.ranges) > 0 || length(local.codes) > 0
  at       = "health_check.matcher"
  message  = "`${self}` calls a target healthy that answers with an error (`${local.matcher}`)"

  fails "everything below 500" {
    resource "aws_lb_target_group" "web" {
      port     = 80
      protocol = "HTTP"
      vpc_id   = "vpc-0a1b2c3d"

      health_check {
        path    = "/"
        matcher = "200-499"
      }
    }
  }

  fails "not found" {
    resource "aws_lb_target_group" "web" {
      port     = 80
      protocol = "HTTP"
      vpc_id   = "vpc-0a1b2c3d"

      health_check {
        path    = "/"
        matcher = "200,404"
      }
    }
  }

  passes "redirects" {
    resource "aws_lb_target_group" "web" {
      port     = 80
      protocol = "HTTP"
      vpc_id   = "vpc-0a1b2c3d"

      health_check {
        path    = "/"
        matcher = "200-399"
      }
    }
  }

  passes "default" {
    resource "aws_lb_target_group" "web" {
      port     = 80
      protocol = "HTTP"
      vpc_id   = "vpc-0a1b2c3d"
    }
  }

  passes "asks for a login" {
    resource "aws_lb_target_group" "web" {
      port     = 80
      protocol = "HTTP"
      vpc_id   = "vpc-0a1b2c3d"

      health_check {
        path    = "/"
        matcher = "200,401"
      }
    }
  }

  passes "codes of gRPC" {
    resource "aws_lb_target_group" "api" {
      port             = 50051
      protocol         = "HTTP"
      protocol_version = "GRPC"
      vpc_id           = "vpc-0a1b2c3d"

      health_check {
        matcher = "0-99"
      }
    }
  }

  unknown "codes are given by the caller" {
    variable "matcher" { type = string }

    resource "aws_lb_target_group" "web" {
      port     = 80
      protocol = "HTTP"
      vpc_id   = "vpc-0a1b2c3d"

      health_check {
        matcher = var.matcher
      }
    }
  }
}
