rule "lb-targets-single-az" {
  summary   = "All machines behind a load balancer stand in one zone"
  principle = "redundancy"
  severity  = "error"
  since     = "2027.1"
  why       = <<-MD
    Several machines look redundant, but they go together with their zone, and then the load balancer has nobody to send requests to.
  MD
  fix       = "Put the machines into subnets of at least two zones, or let an Auto Scaling group start them there."
  notice    = "`HealthyHostCount` is 0 in all zones but one."
  prove     = "Stop the machines of that zone with `aws:ec2:stop-instances`, and call the load balancer."
  references = [
    "AWS Well-Architected REL10-BP01",
    "AWS Trusted Advisor Amazon EC2 Availability Zone Balance",
    "AWS Trusted Advisor ELB Target Imbalance",
  ]

  locals {
    attachments = referrers(self, "refers", "aws_lb_target_group_attachment", "aws_alb_target_group_attachment", "aws_elb_attachment")
    machines = distinct(concat(
      flatten([for a in local.attachments : concat(refs(a.target_id, "aws_instance"), refs(a.instance, "aws_instance"))]),
      refs(self.instances, "aws_instance"),
    ))
    zones = distinct(flatten([for m in local.machines : zones(m)]))
  }

  # One machine is the worse defect: lb-target-group-single-target.
  for_each = resources("target_group", "aws_elb")
  unless   = length(linked(self, "targets", "aws_autoscaling_group", "aws_ecs_service")) > 0
  when     = length(local.machines) > 1 && length(local.zones) == 1
  message  = "all ${length(local.machines)} machines behind `${self}` stand in the same zone"

  label "stands there" {
    at = local.machines
  }

  fails "two machines in one subnet" {
    resource "aws_subnet" "a" {
      vpc_id            = "vpc-0a1b2c3d"
      cidr_block        = "10.0.1.0/24"
      availability_zone = "eu-west-1a"
    }

    resource "aws_instance" "web" {
      count         = 2
      ami           = "ami-0a1b2c3d"
      instance_type = "m7g.large"
      subnet_id     = aws_subnet.a.id
    }

    resource "aws_lb_target_group" "web" {
      port     = 80
      protocol = "HTTP"
      vpc_id   = "vpc-0a1b2c3d"
    }

    resource "aws_lb_target_group_attachment" "web" {
      count            = 2
      target_group_arn = aws_lb_target_group.web.arn
      target_id        = aws_instance.web[count.index].id
    }
  }

  passes "a machine in each of two zones" {
    resource "aws_subnet" "private" {
      for_each          = { a = "10.0.1.0/24", b = "10.0.2.0/24" }
      vpc_id            = "vpc-0a1b2c3d"
      cidr_block        = each.value
      availability_zone = "eu-west-1${each.key}"
    }

    resource "aws_instance" "web" {
      for_each      = aws_subnet.private
      ami           = "ami-0a1b2c3d"
      instance_type = "m7g.large"
      subnet_id     = each.value.id
    }

    resource "aws_lb_target_group" "web" {
      port     = 80
      protocol = "HTTP"
      vpc_id   = "vpc-0a1b2c3d"
    }

    resource "aws_lb_target_group_attachment" "web" {
      for_each         = aws_instance.web
      target_group_arn = aws_lb_target_group.web.arn
      target_id        = each.value.id
    }
  }

  passes "one machine, which is another defect" {
    resource "aws_instance" "web" {
      ami               = "ami-0a1b2c3d"
      instance_type     = "m7g.large"
      availability_zone = "eu-west-1a"
    }

    resource "aws_elb" "web" {
      availability_zones  = ["eu-west-1a", "eu-west-1b"]
      instances           = [aws_instance.web.id]
      connection_draining = true

      listener {
        instance_port     = 80
        instance_protocol = "http"
        lb_port           = 80
        lb_protocol       = "http"
      }
    }
  }

  unknown "zones are given by the caller" {
    variable "zones" { type = list(string) }

    resource "aws_instance" "web" {
      count             = 2
      ami               = "ami-0a1b2c3d"
      instance_type     = "m7g.large"
      availability_zone = var.zones[count.index]
    }

    resource "aws_lb_target_group" "web" {
      port     = 80
      protocol = "HTTP"
      vpc_id   = "vpc-0a1b2c3d"
    }

    resource "aws_lb_target_group_attachment" "web" {
      count            = 2
      target_group_arn = aws_lb_target_group.web.arn
      target_id        = aws_instance.web[count.index].id
    }
  }
}
