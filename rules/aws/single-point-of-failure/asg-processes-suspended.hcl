rule "asg-processes-suspended" {
  summary    = "Auto Scaling group does not replace machines: its processes are suspended"
  principle  = "single-point-of-failure"
  severity   = "warning"
  since      = "2027.1"
  why        = <<-MD
    A suspended process is a means for an hour of repair. In code it stays, and the group no longer does what it is there for: it
    does not notice dead machines, or does not start others.
  MD
  fix        = "Remove the process from `suspended_processes`; suspend it by hand while you need it."
  notice     = "`GroupInServiceInstances` stays below `GroupDesiredCapacity`."
  prove      = "Terminate a machine with `aws:ec2:terminate-instances`, and wait for a new one."
  references = ["AWS Well-Architected REL11-BP03", "EC2 Auto Scaling: suspend and resume processes"]

  locals {
    needed = ["Launch", "Terminate", "HealthCheck", "ReplaceUnhealthy", "AddToLoadBalancer"]
    off    = [for p in default(self.suspended_processes, []) : p if contains(local.needed, p)]
  }

  for_each = resources("aws_autoscaling_group")
  when     = length(local.off) > 0
  at       = "suspended_processes"
  message  = "`${self}` runs without ${join(", ", local.off)}, so it does not replace what it loses"

  edit "suspended_processes" {
    to = [for p in self.suspended_processes : p if !contains(local.needed, p)]
  }

  fails "no replacement" {
    resource "aws_autoscaling_group" "web" {
      min_size            = 2
      max_size            = 4
      suspended_processes = ["ReplaceUnhealthy"]
    }
  }

  passes "only balancing, as autoscalers of Kubernetes ask for" {
    resource "aws_autoscaling_group" "nodes" {
      min_size            = 2
      max_size            = 4
      suspended_processes = ["AZRebalance"]
    }
  }

  passes "nothing suspended" {
    resource "aws_autoscaling_group" "web" {
      min_size = 2
      max_size = 4
    }
  }

  unknown "processes are given by the caller" {
    variable "suspended" { type = list(string) }

    resource "aws_autoscaling_group" "web" {
      min_size            = 2
      max_size            = 4
      suspended_processes = var.suspended
    }
  }
}
