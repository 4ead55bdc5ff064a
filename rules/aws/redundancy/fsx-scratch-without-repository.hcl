rule "fsx-scratch-without-repository" {
  summary    = "Scratch file system holds data that is nowhere else"
  principle  = "redundancy"
  severity   = "warning"
  since      = "2027.1"
  why        = <<-MD
    A scratch file system keeps one copy and does not replace a failed server: what lay on it is gone. That is fine for data that comes
    from S3 and goes back there.
  MD
  fix        = "Link an S3 bucket (`aws_fsx_data_repository_association`), or use `deployment_type = \"PERSISTENT_2\"`."
  notice     = "The file system's `FreeDataStorageCapacity` has no data after a server failed, and files are missing."
  prove      = "Delete a test file system, and try to get its files back."
  references = ["AWS Well-Architected REL09-BP01", "Amazon FSx for Lustre: deployment options"]

  locals {
    linked = (
      default(self.import_path, "") != "" || default(self.export_path, "") != ""
      || length(referrers(self, "configures", "aws_fsx_data_repository_association")) > 0
    )
  }

  for_each = resources("aws_fsx_lustre_file_system")
  unless   = local.linked
  when     = startswith(default(self.deployment_type, "SCRATCH_1"), "SCRATCH")
  at       = "deployment_type"
  message  = "`${self}` keeps one copy of its data, and no bucket has another"

  fails "scratch by default" {
    resource "aws_fsx_lustre_file_system" "work" {
      storage_capacity = 1200
      subnet_ids       = ["subnet-0a1b2c3d"]
    }
  }

  passes "linked to a bucket" {
    resource "aws_fsx_lustre_file_system" "work" {
      storage_capacity = 1200
      subnet_ids       = ["subnet-0a1b2c3d"]
      deployment_type  = "SCRATCH_2"
    }

    resource "aws_fsx_data_repository_association" "work" {
      file_system_id       = aws_fsx_lustre_file_system.work.id
      data_repository_path = "s3://shop-renders"
      file_system_path     = "/renders"
    }
  }

  passes "persistent" {
    resource "aws_fsx_lustre_file_system" "work" {
      storage_capacity            = 1200
      subnet_ids                  = ["subnet-0a1b2c3d"]
      deployment_type             = "PERSISTENT_2"
      per_unit_storage_throughput = 250
    }
  }

  unknown "type is given by the caller" {
    variable "deployment_type" { type = string }

    resource "aws_fsx_lustre_file_system" "work" {
      storage_capacity = 1200
      subnet_ids       = ["subnet-0a1b2c3d"]
      deployment_type  = var.deployment_type
    }
  }
}
