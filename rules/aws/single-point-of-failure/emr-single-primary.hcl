rule "emr-single-primary" {
  summary    = "Long-running EMR cluster has one primary node"
  principle  = "single-point-of-failure"
  severity   = "warning"
  since      = "2027.1"
  why        = <<-MD
    The cluster ends when its only primary node is lost, with all jobs and whatever lies in its HDFS. With three of them it goes on.
  MD
  fix        = "Set `instance_count = 3` in `master_instance_group`, or let the cluster end with its jobs."
  notice     = "`IsIdle` has no data, and running steps are FAILED after the primary is lost."
  prove      = "Terminate the primary of a test cluster with `aws:ec2:terminate-instances`, and see what is left of its steps."
  references = ["AWS Well-Architected REL10-BP01", "Amazon EMR: plan and configure primary nodes"]

  locals {
    passing = self.keep_job_flow_alive_when_no_steps == false || length(default(self.auto_termination_policy, [])) > 0
  }

  for_each = resources("aws_emr_cluster")
  unless   = local.passing || length(default(self.master_instance_fleet, [])) > 0
  when     = default(self.master_instance_group[0].instance_count, 1) < 3
  at       = "master_instance_group"
  message  = "`${self}` ends when its only primary node is lost"

  fails "one primary node" {
    resource "aws_emr_cluster" "reports" {
      name          = "reports"
      release_label = "emr-7.1.0"
      service_role  = "arn:aws:iam::111122223333:role/emr"

      master_instance_group {
        instance_type = "m6g.xlarge"
      }
    }
  }

  passes "three" {
    resource "aws_emr_cluster" "reports" {
      name          = "reports"
      release_label = "emr-7.1.0"
      service_role  = "arn:aws:iam::111122223333:role/emr"

      master_instance_group {
        instance_type  = "m6g.xlarge"
        instance_count = 3
      }
    }
  }

  passes "ends with its jobs" {
    resource "aws_emr_cluster" "nightly" {
      name                              = "nightly"
      release_label                     = "emr-7.1.0"
      service_role                      = "arn:aws:iam::111122223333:role/emr"
      keep_job_flow_alive_when_no_steps = false

      master_instance_group {
        instance_type = "m6g.xlarge"
      }
    }
  }

  unknown "number is given by the caller" {
    variable "primaries" { type = number }

    resource "aws_emr_cluster" "reports" {
      name          = "reports"
      release_label = "emr-7.1.0"
      service_role  = "arn:aws:iam::111122223333:role/emr"

      master_instance_group {
        instance_type  = "m6g.xlarge"
        instance_count = var.primaries
      }
    }
  }
}
