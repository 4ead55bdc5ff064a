rule "ec2-credits-run-out" {
  summary    = "Burstable machine slows down when its credits are used up"
  principle  = "compute-model"
  severity   = "advice"
  since      = "2027.1"
  why        = <<-MD
    In standard mode, the default of `t2`, a machine under load falls to a fraction of its processor once it has used up its credits. That happens at the
    worst hour, and looks like a fault of the application.
  MD
  fix        = "Set `cpu_credits = \"unlimited\"`, or take a family that is not burstable."
  notice     = "`CPUCreditBalance` comes near 0, and `CPUUtilization` then stays flat at the baseline."
  prove      = "Keep the CPU busy with the document `AWSFIS-Run-CPU-Stress` until the credits are gone, and measure response times."
  references = ["AWS Well-Architected PERF02-BP04", "Amazon EC2 API Reference: RunInstances, CreditSpecification"]

  locals {
    credits = self.credit_specification[0].cpu_credits
    family  = try(split(".", self.instance_type)[0], null)
  }

  for_each = resources("aws_instance", "aws_launch_template")
  unless   = !contains(["t2", "t3", "t3a", "t4g"], local.family) || self.tenancy == "host"
  when     = default(local.credits, local.family == "t2" ? "standard" : "unlimited") == "standard"
  at       = "instance_type"
  message  = "`${self}` slows down to a fraction when the credits of its ${self.instance_type} are used up"

  edit "credit_specification.cpu_credits" {
    to = "unlimited"
  }

  fails "t2 as it comes" {
    resource "aws_instance" "web" {
      ami           = "ami-0123456789abcdef0"
      instance_type = "t2.medium"
    }
  }

  fails "t3 in standard mode" {
    resource "aws_launch_template" "web" {
      name_prefix   = "web-"
      instance_type = "t3.large"

      credit_specification {
        cpu_credits = "standard"
      }
    }
  }

  passes "t3 as it comes" {
    resource "aws_instance" "web" {
      ami           = "ami-0123456789abcdef0"
      instance_type = "t3.medium"
    }
  }

  passes "t2 without limit" {
    resource "aws_instance" "web" {
      ami           = "ami-0123456789abcdef0"
      instance_type = "t2.medium"

      credit_specification {
        cpu_credits = "unlimited"
      }
    }
  }

  passes "not burstable" {
    resource "aws_instance" "web" {
      ami           = "ami-0123456789abcdef0"
      instance_type = "m7g.large"
    }
  }

  unknown "given by the caller" {
    variable "instance_type" { type = string }

    resource "aws_instance" "web" {
      ami           = "ami-0123456789abcdef0"
      instance_type = var.instance_type
    }
  }
}
